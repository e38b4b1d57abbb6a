package host;

import java.nio.file.Path;
import java.util.Arrays;

/** Runs a program that has a class loader of its own, and knows nothing of it. */
public final class Host {

    private Host() {}

    /** The first argument is the kind of loader, the others are what it loads from. */
    public static void main(String[] args) throws Exception {
        Path[] files = Arrays.stream(args).skip(1).map(Path::of).toArray(Path[]::new);
        ClassLoader loader = switch (args[0]) {
            case "plug-in" -> new PluginLoader(files);
            case "child-first" -> new ChildFirstLoader(files);
            case "memory" -> new MemoryLoader(files);
            default -> throw new IllegalArgumentException(args[0]);
        };
        loader.loadClass("shop.Program").getMethod("main", String[].class).invoke(null, (Object) new String[0]);
    }
}
