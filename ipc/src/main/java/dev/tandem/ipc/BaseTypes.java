package dev.tandem.ipc;

import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The classes of the JDK that may be decoded from anybody: values, the common collections and exceptions, and what their
 * serialized forms are made of.
 *
 * <p>What is here runs no code but its own when it is decoded, or that of what else is allowed ({@code hashCode}, {@code
 * compareTo}), opens nothing, and looks nothing up. {@code java.net.URL} asks the network when it is hashed and is not here;
 * neither are {@code java.util.regex.Pattern}, which compiles, {@code java.lang.reflect.Proxy} and lambdas.
 */
final class BaseTypes {

    private static final List<String> LANG = inPackage(
            "java.lang.",
            "Object Number Enum Boolean Byte Character Short Integer Long Float Double String StringBuilder StringBuffer"
                    + " Record StackTraceElement String$CaseInsensitiveComparator");

    private static final List<String> THROWABLES = inPackage(
            "java.lang.",
            "Throwable Exception RuntimeException Error ArithmeticException ArrayIndexOutOfBoundsException"
                    + " ArrayStoreException AssertionError ClassCastException ClassNotFoundException"
                    + " CloneNotSupportedException ExceptionInInitializerError IllegalArgumentException"
                    + " IllegalCallerException IllegalMonitorStateException IllegalStateException"
                    + " IndexOutOfBoundsException InterruptedException LinkageError NegativeArraySizeException"
                    + " NoClassDefFoundError NoSuchFieldException NoSuchMethodException NullPointerException"
                    + " NumberFormatException OutOfMemoryError ReflectiveOperationException SecurityException"
                    + " StackOverflowError StringIndexOutOfBoundsException UnsupportedOperationException"
                    + " VirtualMachineError");

    private static final List<String> MORE_THROWABLES = Stream.of(
                    inPackage("java.io.", "IOException UncheckedIOException EOFException FileNotFoundException"),
                    inPackage("java.nio.file.", "FileSystemException NoSuchFileException FileAlreadyExistsException"),
                    inPackage(
                            "java.util.",
                            "NoSuchElementException ConcurrentModificationException InputMismatchException"
                                    + " MissingResourceException EmptyStackException"),
                    inPackage(
                            "java.util.concurrent.",
                            "TimeoutException ExecutionException CancellationException CompletionException"
                                    + " RejectedExecutionException BrokenBarrierException"),
                    inPackage("java.time.", "DateTimeException"),
                    inPackage("java.time.format.", "DateTimeParseException"))
            .flatMap(List::stream)
            .toList();

    private static final List<String> VALUES = Stream.of(
                    inPackage("java.math.", "BigInteger BigDecimal MathContext RoundingMode"),
                    inPackage("java.net.", "URI"),
                    inPackage("java.util.", "UUID Date Locale Currency BitSet"),
                    inPackage(
                            "java.time.",
                            "Ser Duration Instant LocalDate LocalDateTime LocalTime MonthDay OffsetDateTime OffsetTime Period"
                                    + " Year YearMonth ZoneId ZoneOffset ZoneRegion ZonedDateTime DayOfWeek Month"),
                    inPackage("java.time.temporal.", "ChronoUnit ChronoField ValueRange WeekFields"),
                    inPackage(
                            "java.time.chrono.",
                            "Ser AbstractChronology ChronoLocalDateImpl IsoChronology IsoEra HijrahChronology HijrahDate"
                                    + " HijrahEra JapaneseChronology JapaneseDate JapaneseEra MinguoChronology MinguoDate"
                                    + " MinguoEra ThaiBuddhistChronology ThaiBuddhistDate ThaiBuddhistEra"),
                    inPackage("java.util.concurrent.", "TimeUnit"),
                    inPackage("sun.nio.fs.", "UnixPath WindowsPath"), // what paths are once they are here
                    List.of(PathText.class.getName(), Block.class.getName()))
            .flatMap(List::stream)
            .toList();

    private static final List<String> COLLECTIONS = Stream.of(
                    inPackage(
                            "java.util.",
                            "AbstractCollection AbstractList AbstractMap AbstractQueue AbstractSet ArrayDeque ArrayList"
                                    + " EnumMap EnumSet EnumSet$SerializationProxy RegularEnumSet JumboEnumSet HashMap HashSet"
                                    + " Hashtable IdentityHashMap LinkedHashMap LinkedHashSet LinkedList PriorityQueue"
                                    + " Properties Stack TreeMap TreeSet Vector Map$Entry"
                                    + " AbstractMap$SimpleEntry AbstractMap$SimpleImmutableEntry Arrays$ArrayList"
                                    + " Comparators$NaturalOrderComparator CollSer"),
                    inPackage(
                            "java.util.ImmutableCollections$",
                            "AbstractImmutableCollection AbstractImmutableList AbstractImmutableMap AbstractImmutableSet"
                                    + " List12 ListN Map1 MapN Set12 SetN SubList"),
                    inPackage(
                            "java.util.Collections$",
                            "CopiesList EmptyList EmptyMap EmptySet ReverseComparator ReverseComparator2 SetFromMap"
                                    + " SingletonList SingletonMap SingletonSet SynchronizedCollection SynchronizedList"
                                    + " SynchronizedMap SynchronizedNavigableMap SynchronizedNavigableSet"
                                    + " SynchronizedRandomAccessList SynchronizedSet SynchronizedSortedMap"
                                    + " SynchronizedSortedSet UnmodifiableCollection UnmodifiableList UnmodifiableMap"
                                    + " UnmodifiableMap$UnmodifiableEntrySet UnmodifiableNavigableMap"
                                    + " UnmodifiableNavigableMap$EmptyNavigableMap UnmodifiableNavigableSet"
                                    + " UnmodifiableNavigableSet$EmptyNavigableSet UnmodifiableRandomAccessList"
                                    + " UnmodifiableSequencedCollection UnmodifiableSequencedMap UnmodifiableSequencedSet"
                                    + " UnmodifiableSet UnmodifiableSortedMap UnmodifiableSortedSet"),
                    inPackage(
                            "java.util.concurrent.",
                            "ArrayBlockingQueue ConcurrentHashMap ConcurrentHashMap$Segment ConcurrentHashMap$KeySetView"
                                    + " ConcurrentHashMap$CollectionView ConcurrentLinkedDeque ConcurrentLinkedQueue"
                                    + " ConcurrentSkipListMap ConcurrentSkipListSet CopyOnWriteArrayList"
                                    + " CopyOnWriteArraySet LinkedBlockingDeque LinkedBlockingQueue"),
                    inPackage(
                            "java.util.concurrent.locks.",
                            "AbstractOwnableSynchronizer AbstractQueuedSynchronizer ReentrantLock"
                                    + " ReentrantLock$FairSync ReentrantLock$NonfairSync ReentrantLock$Sync"),
                    inPackage(
                            "java.util.concurrent.atomic.",
                            "AtomicBoolean AtomicInteger AtomicIntegerArray AtomicLong AtomicLongArray AtomicReference"
                                    + " AtomicReferenceArray DoubleAdder DoubleAdder$SerializationProxy LongAdder"
                                    + " LongAdder$SerializationProxy Striped64"))
            .flatMap(List::stream)
            .toList();

    private static final Set<String> ALL = Stream.of(LANG, THROWABLES, MORE_THROWABLES, VALUES, COLLECTIONS)
            .flatMap(List::stream)
            .collect(Collectors.toUnmodifiableSet());

    private BaseTypes() {}

    static boolean contain(String className) {
        return ALL.contains(className);
    }

    private static List<String> inPackage(String prefix, String names) {
        return Stream.of(names.split(" ")).map(prefix::concat).toList();
    }
}
