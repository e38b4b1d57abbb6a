package dev.tandem.internal.processes;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Supplier;
import java.util.zip.CRC32;
import org.jspecify.annotations.Nullable;

/**
 * Where this user's class archives are: a directory of the user's cache that nobody else can write to.
 *
 * <pre>
 *   &lt;name&gt;.jar            the classes of the library; always the same bytes under one name, and the same time
 *   &lt;name&gt;-&lt;sum&gt;.jsa      the archive, and the checksum of both
 *   *.tmp                  what is being made; moved to its name when it is whole
 * </pre>
 *
 * <p><b>Whoever can write an archive can run code as this user.</b> So the directory and the files are used only if they belong to the
 * user that this JVM runs as, are no links, and nobody else may write to them; and the directory is one that nobody else may enter.
 * The checksum is no defence against an enemy but against a disk: a JVM crashes on an archive that is damaged.
 *
 * <p>Several JVMs may make the same archive at once: each writes a file of its own, and the last one to be moved counts. What has not been
 * used for long is removed when something is added. Thread-safe; keeps no files open.
 */
final class ArchiveDirectory {

    private static final Set<PosixFilePermission> PRIVATE = PosixFilePermissions.fromString("rwx------");
    private static final Set<PosixFilePermission> WRITABLE_BY_OTHERS =
            Set.of(PosixFilePermission.GROUP_WRITE, PosixFilePermission.OTHERS_WRITE);

    /** JVMs compare the time of a jar with that in the archive. */
    private static final FileTime JAR_TIME = FileTime.fromMillis(1_000_000_000_000L);

    private static final int MAX_ARCHIVES = 8; // some JDKs times some versions; each takes 4 MB
    private static final Duration DRAFT_LIFE = Duration.ofDays(1); // what is older belongs to a JVM that was killed
    private static final int BUFFER_BYTES = 1 << 16;

    /** Archives whose sum was right; each JVM looks once. */
    private static final Map<Path, FileTime> VERIFIED = new ConcurrentHashMap<>();

    private final @Nullable Path directory;
    private final Supplier<Path> ours;

    /**
     * Looks for nothing yet.
     *
     * @param directory where archives are; null if this user has no place for them
     * @param ours some file that this JVM has made, and not long ago; its owner is the user that it runs as
     */
    ArchiveDirectory(@Nullable Path directory, Supplier<Path> ours) {
        this.directory = directory;
        this.ours = ours;
    }

    /** That of this user, as systems with XDG directories have it. */
    static ArchiveDirectory ofThisUser(Supplier<Path> ours) {
        return new ArchiveDirectory(place(System.getenv("XDG_CACHE_HOME"), System.getProperty("user.home", "")), ours);
    }

    static @Nullable Path place(@Nullable String cacheHome, String home) {
        try {
            if (cacheHome != null && Path.of(cacheHome).isAbsolute()) {
                return Path.of(cacheHome, "tandem");
            }
            return Path.of(home).isAbsolute() && Files.isDirectory(Path.of(home))
                    ? Path.of(home, ".cache", "tandem")
                    : null;
        } catch (InvalidPathException e) {
            return null;
        }
    }

    /** A jar and its archive. */
    record Pair(Path jar, Path archive) {}

    /** Makes a file. */
    interface JarWriter {
        void write(Path target) throws IOException;
    }

    /** Makes an archive of a jar. */
    interface ArchiveWriter {
        void write(Path jar, Path target) throws IOException;
    }

    /** Why there can be no archives; null if there can. */
    @Nullable
    String whyNot() {
        Path place = directory;
        if (place == null) {
            return "this user has no home directory";
        }
        if (place.toString().contains(File.pathSeparator)) {
            return "a \"" + File.pathSeparator + "\" in " + place + " separates entries";
        }
        if (!place.getFileSystem().supportedFileAttributeViews().contains("posix")) {
            return "files tell no owner here";
        }
        try {
            return !Files.exists(place, LinkOption.NOFOLLOW_LINKS) || isPrivate(place)
                    ? null
                    : place + " is not a directory that this user alone can enter";
        } catch (IOException | RuntimeException e) {
            return place + " cannot be looked at: " + e;
        }
    }

    /** The archive of this name, undamaged, and its jar; both ours alone. */
    Optional<Pair> find(String name) {
        Path place = directory;
        if (place == null || !Files.isDirectory(place) || whyNot() != null) {
            return Optional.empty();
        }
        Path jar = place.resolve(name + ".jar");
        try (DirectoryStream<Path> archives = Files.newDirectoryStream(place, name + "-*.jsa")) {
            for (Path archive : archives) {
                if (isSafe(jar) && isSafe(archive) && isUndamaged(jar, archive)) {
                    return Optional.of(new Pair(jar, archive));
                }
            }
        } catch (IOException e) {
            return Optional.empty(); // removed at this very moment
        }
        return Optional.empty();
    }

    /**
     * Adds an archive.
     *
     * @throws IOException if it cannot be made, or not kept
     */
    void store(String name, JarWriter jarWriter, ArchiveWriter archiveWriter) throws IOException {
        Path place = make();
        Path jar = place.resolve(name + ".jar");
        String draftName =
                name + "-" + Long.toHexString(ThreadLocalRandom.current().nextLong());
        Path jarDraft = place.resolve(draftName + ".jar.tmp");
        Path archiveDraft = place.resolve(draftName + ".jsa.tmp");
        try {
            jarWriter.write(jarDraft);
            Files.setLastModifiedTime(jarDraft, JAR_TIME);
            Files.move(jarDraft, jar, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            archiveWriter.write(jar, archiveDraft);
            if (!Files.isRegularFile(archiveDraft)) {
                throw new IOException("the JVM has written no archive");
            }
            Path archive = place.resolve(name + "-" + sum(jar, archiveDraft) + ".jsa");
            Files.move(archiveDraft, archive, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } finally {
            Files.deleteIfExists(jarDraft);
            Files.deleteIfExists(archiveDraft);
            prune(place);
        }
    }

    /** Removes an archive. */
    void remove(Path archive) {
        VERIFIED.remove(archive);
        archive.toFile().delete();
    }

    private Path make() throws IOException {
        Path place = directory;
        if (place == null) {
            throw new IOException(whyNot());
        }
        Files.createDirectories(place.toAbsolutePath().getParent());
        try {
            Files.createDirectory(place, PosixFilePermissions.asFileAttribute(PRIVATE));
        } catch (FileAlreadyExistsException e) {
            // somebody was faster
        }
        String whyNot = whyNot();
        if (whyNot != null) {
            throw new IOException(whyNot);
        }
        return place;
    }

    private boolean isPrivate(Path place) throws IOException {
        PosixFileAttributes found = attributes(place);
        return found.isDirectory() && isMine(found) && PRIVATE.containsAll(found.permissions());
    }

    private boolean isSafe(Path file) throws IOException {
        PosixFileAttributes found = attributes(file);
        return found.isRegularFile()
                && isMine(found)
                && found.permissions().stream().noneMatch(WRITABLE_BY_OTHERS::contains);
    }

    private boolean isMine(PosixFileAttributes found) throws IOException {
        return found.owner().equals(attributes(ours.get()).owner());
    }

    private static PosixFileAttributes attributes(Path file) throws IOException {
        return Files.readAttributes(file, PosixFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
    }

    private boolean isUndamaged(Path jar, Path archive) throws IOException {
        FileTime seen = VERIFIED.get(archive);
        if (seen != null && seen.equals(Files.getLastModifiedTime(archive))) {
            return true;
        }
        if (!archive.getFileName().toString().endsWith("-" + sum(jar, archive) + ".jsa")) {
            Files.deleteIfExists(archive);
            return false;
        }
        Files.setLastModifiedTime(archive, Files.getLastModifiedTime(ours.get())); // in use: not to be pruned
        VERIFIED.put(archive, Files.getLastModifiedTime(archive));
        return true;
    }

    private static String sum(Path... files) throws IOException {
        CRC32 sum = new CRC32();
        byte[] buffer = new byte[BUFFER_BYTES];
        for (Path file : files) {
            try (InputStream in = Files.newInputStream(file)) {
                for (int count = in.read(buffer); count > 0; count = in.read(buffer)) {
                    sum.update(buffer, 0, count);
                }
            }
        }
        return Long.toHexString(sum.getValue());
    }

    private static void prune(Path place) {
        try (DirectoryStream<Path> all = Files.newDirectoryStream(place)) {
            long now = place.toFile().lastModified(); // something was just removed from it
            List<Path> archives = new ArrayList<>();
            for (Path file : all) {
                String name = file.getFileName().toString();
                if (name.endsWith(".jsa")) {
                    archives.add(file);
                } else if (name.endsWith(".tmp") && isForgotten(file, now)) {
                    Files.deleteIfExists(file);
                }
            }
            archives.sort(
                    Comparator.comparingLong((Path archive) -> archive.toFile().lastModified())
                            .reversed());
            List<Path> kept = archives.subList(0, Math.min(MAX_ARCHIVES, archives.size()));
            for (Path old : archives.subList(kept.size(), archives.size())) {
                Files.deleteIfExists(old);
                Path jar = place.resolve(jarNameOf(old));
                if (kept.stream().noneMatch(archive -> jarNameOf(archive).equals(jarNameOf(old)))) {
                    Files.deleteIfExists(jar);
                }
            }
        } catch (IOException | UncheckedIOException e) {
            // somebody else prunes at the same time
        }
    }

    /** Not a jar that is whole and about to be moved: that has its time already, which is long ago. */
    private static boolean isForgotten(Path draft, long now) {
        long modified = draft.toFile().lastModified();
        return modified != JAR_TIME.toMillis() && now - modified > DRAFT_LIFE.toMillis();
    }

    private static String jarNameOf(Path archive) {
        String name = archive.getFileName().toString();
        return name.substring(0, name.lastIndexOf('-')) + ".jar";
    }

    @Override
    public String toString() {
        return String.valueOf(directory);
    }
}
