package dev.tandem.ipc;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A {@link FrameLog} for those who look; apart from it, so that others do not load SLF4J. */
final class Slf4jFrameLog implements FrameLog {

    private static final Logger LOGGER = LoggerFactory.getLogger(NAME);

    @Override
    public boolean isOn() {
        return LOGGER.isDebugEnabled();
    }

    @Override
    public void sent(String peer, String kind, long id, long length) {
        LOGGER.debug("{} >> {} {} {} B", peer, kind, id, length);
    }

    @Override
    public void received(String peer, String kind, long id, long length) {
        LOGGER.debug("{} << {} {} {} B", peer, kind, id, length);
    }
}
