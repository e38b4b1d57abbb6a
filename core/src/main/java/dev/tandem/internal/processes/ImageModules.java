package dev.tandem.internal.processes;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.module.ModuleReader;
import java.lang.module.ModuleReference;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * Modules of a user that were linked into the Java that runs this JVM, and have no file.
 *
 * <p>A worker on the same image has them too, if it is told to resolve them: a JVM that is started with a class path resolves
 * only modules that export something to all. For another Java they are written into jars.
 */
final class ImageModules {

    private ImageModules() {}

    /** Those of the modules that are in an image and are not its JDK. */
    static List<ModuleReference> among(List<ModuleReference> modules) {
        return modules.stream()
                .filter(ImageModules::isInImage)
                .filter(module -> !isOfTheJdk(module))
                .toList();
    }

    /**
     * The names of those that a worker on the same image would not resolve by itself. No more than those: to be told of any costs
     * a JVM the archive from which it starts faster.
     */
    static List<String> toResolve(List<ModuleReference> modules) {
        return modules.stream()
                .filter(ImageModules::isInImage)
                .filter(module -> isIncubator(module) || (!isOfTheJdk(module) && !exportsToAll(module)))
                .map(ImageModules::name)
                .sorted()
                .toList();
    }

    private static boolean isIncubator(ModuleReference module) {
        return name(module).startsWith("jdk.incubator.");
    }

    private static boolean exportsToAll(ModuleReference module) {
        return module.descriptor().exports().stream().anyMatch(exports -> !exports.isQualified());
    }

    /** Writes a module into a jar of its name. */
    static Path writeJar(ModuleReference module, Path directory) throws IOException {
        Path jar = directory.resolve(name(module) + ".jar");
        try (ModuleReader reader = module.open();
                OutputStream file = new BufferedOutputStream(Files.newOutputStream(jar));
                ZipOutputStream zip = new ZipOutputStream(file)) {
            zip.setLevel(1); // read once per worker, written once per runner: neither should take long
            for (String resource : reader.list().toList()) {
                Optional<InputStream> content = resource.endsWith("/") ? Optional.empty() : reader.open(resource);
                if (content.isPresent()) {
                    try (InputStream in = content.get()) {
                        zip.putNextEntry(new ZipEntry(resource));
                        in.transferTo(zip);
                        zip.closeEntry();
                    }
                }
            }
        }
        return jar;
    }

    static boolean isInImage(ModuleReference module) {
        return module.location()
                .filter(location -> "jrt".equals(location.getScheme()))
                .isPresent();
    }

    static boolean isOfTheJdk(ModuleReference module) {
        return name(module).startsWith("java.") || name(module).startsWith("jdk.");
    }

    private static String name(ModuleReference module) {
        return module.descriptor().name();
    }
}
