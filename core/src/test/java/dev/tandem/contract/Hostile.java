package dev.tandem.contract;

import dev.tandem.testing.Gate;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.io.Serializable;
import org.jspecify.annotations.Nullable;

/** Values that do harm while they are encoded or decoded, in the worker or in the host. */
abstract class Hostile implements Serializable {

    private static final long serialVersionUID = 1L;

    private final long hostPid = ProcessHandle.current().pid();

    final boolean isInHost() {
        return ProcessHandle.current().pid() == hostPid;
    }

    /** What a value does when it is touched. */
    interface Deed extends Serializable {
        void commit() throws IOException;
    }

    static Deed deed(Disaster disaster) {
        return disaster::strike;
    }

    static Deed exception(String message) {
        return () -> {
            throw new IllegalStateException(message);
        };
    }

    static Deed error(String message) {
        return () -> {
            throw new LinkageError(message);
        };
    }

    static Deed waitAt(Gate gate) {
        return gate::awaitStubbornly;
    }

    /** Does its deed when it is decoded in the worker. */
    static final class InWorkerDecode extends Hostile {
        private static final long serialVersionUID = 1L;
        private final Deed deed;

        InWorkerDecode(Deed deed) {
            this.deed = deed;
        }

        private void readObject(ObjectInputStream in) throws IOException, ClassNotFoundException {
            in.defaultReadObject();
            if (!isInHost()) {
                deed.commit();
            }
        }
    }

    /** Does its deed when it is encoded in the host. */
    static final class InHostEncode extends Hostile {
        private static final long serialVersionUID = 1L;
        private final Deed deed;

        InHostEncode(Deed deed) {
            this.deed = deed;
        }

        private void writeObject(ObjectOutputStream out) throws IOException {
            deed.commit();
            out.defaultWriteObject();
        }
    }

    /** A value that was made in the worker and does its deed when it is encoded there. */
    static final class InWorkerEncode implements Serializable {
        private static final long serialVersionUID = 1L;
        private final @Nullable Deed deed;

        InWorkerEncode(@Nullable Deed deed) {
            this.deed = deed;
        }

        private void writeObject(ObjectOutputStream out) throws IOException {
            if (deed != null) {
                deed.commit();
            }
            out.defaultWriteObject();
        }
    }

    /** Does its deed when it comes back to the host. */
    static final class InHostDecode extends Hostile {
        private static final long serialVersionUID = 1L;
        private final Deed deed;

        InHostDecode(Deed deed) {
            this.deed = deed;
        }

        private void readObject(ObjectInputStream in) throws IOException, ClassNotFoundException {
            in.defaultReadObject();
            if (isInHost()) {
                deed.commit();
            }
        }
    }
}
