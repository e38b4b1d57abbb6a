package dev.tandem.internal.processes;

import java.io.IOException;
import java.io.InputStream;
import java.lang.module.ModuleDescriptor;
import java.lang.module.ModuleReader;
import java.lang.module.ModuleReference;
import java.lang.reflect.Modifier;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The services of modules, for a JVM that finds their classes on its class path: there {@code module-info} says nothing, and
 * {@code META-INF/services} everything.
 *
 * <p>Only providers with a public constructor without parameters can be told of in that way; those with a static {@code
 * provider()} method cannot.
 */
final class ModuleServices {

    private static final String DIRECTORY = "META-INF/services/";

    private final Function<ModuleDescriptor, @Nullable ClassLoader> loaders;

    /**
     * Looks at provider classes, without initializing them.
     *
     * @param loaders who defines the classes of a module; null if nobody
     */
    ModuleServices(Function<ModuleDescriptor, @Nullable ClassLoader> loaders) {
        this.loaders = loaders;
    }

    /** Those of the boot layer. */
    static ModuleServices ofThisJvm() {
        return new ModuleServices(module -> ModuleLayer.boot()
                .findModule(module.name())
                .map(Module::getClassLoader)
                .orElse(null));
    }

    /** Names of providers by service, for those that no file of the modules themselves names. */
    Map<String, Set<String>> missing(Collection<ModuleReference> modules) {
        Map<String, Set<String>> missing = new TreeMap<>();
        for (ModuleReference module : modules) {
            for (ModuleDescriptor.Provides provides : module.descriptor().provides()) {
                Set<String> providers = provides.providers().stream()
                        .filter(provider -> isConstructible(module.descriptor(), provider))
                        .collect(Collectors.toCollection(TreeSet::new));
                providers.removeAll(named(module, provides.service()));
                if (!providers.isEmpty()) {
                    missing.computeIfAbsent(provides.service(), service -> new TreeSet<>())
                            .addAll(providers);
                }
            }
        }
        return missing;
    }

    /** Writes them into a directory that is an entry of a class path. */
    static void write(Map<String, Set<String>> services, Path root) throws IOException {
        Path directory = Files.createDirectories(root.resolve(DIRECTORY));
        for (Map.Entry<String, Set<String>> service : services.entrySet()) {
            Files.write(directory.resolve(service.getKey()), service.getValue(), StandardCharsets.UTF_8);
        }
    }

    private boolean isConstructible(ModuleDescriptor module, String provider) {
        try {
            Class<?> type = Class.forName(provider, false, loaders.apply(module));
            return Modifier.isPublic(type.getModifiers()) && !hasProviderMethod(type) && type.getConstructor() != null;
        } catch (ReflectiveOperationException | LinkageError e) {
            return false;
        }
    }

    /** It would be called in a module, and may return what is of another class. */
    private static boolean hasProviderMethod(Class<?> type) {
        return Arrays.stream(type.getDeclaredMethods())
                .anyMatch(method -> method.getName().equals("provider")
                        && method.getParameterCount() == 0
                        && Modifier.isStatic(method.getModifiers())
                        && Modifier.isPublic(method.getModifiers()));
    }

    private static Set<String> named(ModuleReference module, String service) {
        try (ModuleReader reader = module.open()) {
            Optional<InputStream> file = reader.open(DIRECTORY + service);
            if (file.isEmpty()) {
                return Set.of();
            }
            try (InputStream in = file.get()) {
                return new String(in.readAllBytes(), StandardCharsets.UTF_8)
                        .lines()
                        .map(line -> line.split("#", 2)[0].strip())
                        .collect(Collectors.toSet());
            }
        } catch (IOException e) {
            return Set.of();
        }
    }
}
