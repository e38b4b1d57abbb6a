package host;

import java.io.UncheckedIOException;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.Arrays;

/** The loader of a plug-in: jars that are on no class path. */
class PluginLoader extends URLClassLoader {

    PluginLoader(Path[] jars) {
        super(Arrays.stream(jars).map(PluginLoader::url).toArray(URL[]::new), PluginLoader.class.getClassLoader());
    }

    private static URL url(Path jar) {
        try {
            return jar.toUri().toURL();
        } catch (MalformedURLException e) {
            throw new UncheckedIOException(e);
        }
    }
}
