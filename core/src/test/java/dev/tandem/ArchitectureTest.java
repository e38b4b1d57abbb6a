package dev.tandem;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.type;
import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.name;
import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.nameMatching;
import static com.tngtech.archunit.lang.conditions.ArchConditions.accessTargetWhere;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.AccessTarget;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaCodeUnit;
import com.tngtech.archunit.core.domain.JavaField;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import com.tngtech.archunit.library.GeneralCodingRules;
import dev.tandem.internal.task.RunningTask;
import dev.tandem.ipc.Codec;
import dev.tandem.ipc.EncodingException;
import dev.tandem.testing.Row;
import java.io.ObjectInputStream;
import java.lang.module.ModuleDescriptor;
import java.lang.module.ModuleFinder;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDateTime;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.NullMarked;

/** The shape of {@code core}, and the habits that {@code core} and {@code ipc} share. */
@AnalyzeClasses(packages = "dev.tandem", importOptions = ImportOption.DoNotIncludeTests.class)
final class ArchitectureTest {

    private static final String API = "dev.tandem";
    private static final String RECOMMEND = "dev.tandem.recommend";
    private static final String IPC = "dev.tandem.ipc";
    private static final String INTERNAL = "dev.tandem.internal..";
    private static final String SEAM = "dev.tandem.internal";
    private static final String ENGINE = "dev.tandem.internal.engine";
    private static final String THREADS = "dev.tandem.internal.threads";
    private static final String PROCESSES = "dev.tandem.internal.processes";
    private static final String PROTOCOL = "dev.tandem.internal.protocol";
    private static final String ADAPTIVE = "dev.tandem.internal.adaptive";
    private static final String WORKER = "dev.tandem.internal.worker";
    private static final String LOGGING = "dev.tandem.internal.worker.logging";
    private static final String TASK = "dev.tandem.internal.task";
    private static final String INSIGHT = "dev.tandem.internal.insight";
    private static final String GUAVA = "com.google.common..";

    /** What users can see of {@code dev.tandem}: adding a line is a decision for ever. */
    private static final Set<String> PUBLIC_TYPES = Set.of(
            "Adaptation",
            "AdaptiveOptions",
            "AdaptiveRunner",
            "ClassSupplyStats",
            "ContextCarrier",
            "ContextCarrier.Restored",
            "Diagnosis",
            "Doctor",
            "FullQueue",
            "Hygiene",
            "NotTransferableException",
            "NotTransferableException.Part",
            "Outcome",
            "Outcome.Failure",
            "Outcome.Success",
            "ParallelException",
            "ParallelRunner",
            "PoisonTaskException",
            "ProcessOptions",
            "Progress",
            "RetryPolicy",
            "RunnerBrokenException",
            "RunnerMXBean",
            "RunnerOptions",
            "RunnerStats",
            "RunnerTimes",
            "Shared",
            "StandInException",
            "StopOutcome",
            "Strategy",
            "Task",
            "TaskAction",
            "TaskContext",
            "TaskExecutorService",
            "TaskExecutorService.TaskRunnable",
            "TaskFailedException",
            "TaskFunction",
            "TaskFuture",
            "TaskOptions",
            "TaskRef",
            "TaskStatus",
            "TaskSubmitter",
            "TaskTimeoutException",
            "ThreadOptions",
            "TimeSpread",
            "WorkerLocal",
            "WorkerLogging",
            "WorkerLoss",
            "WorkerLoss.Phase",
            "WorkerLoss.Verdict",
            "WorkerLostException",
            "WorkerStartException",
            "WorkerStats",
            "WorkerStats.State");

    private static final Set<String> PUBLIC_TYPES_OF_THE_RECOMMENDER = Set.of(
            "Alternative",
            "Confidence",
            "CostModel",
            "Crossing",
            "Machine",
            "Measurement",
            "Reason",
            "Recommendation",
            "Recommender",
            "ScalingFit",
            "Sizing",
            "Trait",
            "Trial",
            "WorkloadProfile");

    @ArchTest
    static void pinsThePublicTypes(JavaClasses classes) {
        assertThat(publicTypesIn(API, classes))
                .as("a public type is a promise for ever: add it here on purpose or make it package-private")
                .isEqualTo(new TreeSet<>(PUBLIC_TYPES));
        assertThat(publicTypesIn(RECOMMEND, classes))
                .as("so is one of the recommender")
                .isEqualTo(new TreeSet<>(PUBLIC_TYPES_OF_THE_RECOMMENDER));
    }

    @ArchTest
    static void exportsTheApiAndNothingElse(JavaClasses classes) throws URISyntaxException {
        Path home = Path.of(ParallelRunner.class
                .getProtectionDomain()
                .getCodeSource()
                .getLocation()
                .toURI());
        ModuleDescriptor module =
                ModuleFinder.of(home).find("dev.tandem.core").orElseThrow().descriptor();
        assertThat(module.exports())
                .as("what is exported is API")
                .extracting(ModuleDescriptor.Exports::source)
                .containsExactlyInAnyOrder(API, RECOMMEND);
        assertThat(module.opens()).as("nobody needs to reflect on us").isEmpty();
        assertThat(module.requires().stream()
                        .filter(required -> !required.modifiers().contains(ModuleDescriptor.Requires.Modifier.STATIC))
                        .map(ModuleDescriptor.Requires::name))
                .as("every module that we need at run time is one more that a worker JVM resolves")
                .containsExactlyInAnyOrder("java.base", "dev.tandem.ipc", "org.slf4j");
    }

    @ArchTest
    static final ArchRule apiPointsInwardsAtItsSeamsOnly = noClasses()
            .that(resideInAPackage(API)
                    .and(not(nested(ParallelRunner.class, Doctor.class, TaskContext.class, WorkerLocal.class))))
            .should()
            .dependOnClassesThat()
            .resideInAPackage(INTERNAL)
            .because(
                    "users and documentation see the API without its engines; only the factories and the doctor point inwards");

    @ArchTest
    static final ArchRule factoriesKnowOneSeam = noClasses()
            .that(nested(ParallelRunner.class, Doctor.class))
            .should()
            .dependOnClassesThat(resideInAPackage(INTERNAL).and(not(name(SEAM + ".Engines"))))
            .because("one class decides which engine a factory opens");

    @ArchTest
    static final ArchRule signalsGoToWhatWasStartedHere = noClasses()
            .that(not(name(PROCESSES + ".Offspring")))
            .should()
            .callMethod(ProcessHandle.class, "of", long.class)
            .orShould()
            .callMethod(ProcessHandle.class, "allProcesses")
            .because(
                    "a number may belong to somebody else by now: a handle comes from the process that was started, and"
                            + " where there is none, from the mark that it carries");

    @ArchTest
    static final ArchRule currentTaskIsLookedUpInTheTaskLayer = noClasses()
            .that(nested(TaskContext.class, WorkerLocal.class))
            .should()
            .dependOnClassesThat(resideInAPackage(INTERNAL).and(not(resideInAPackage(TASK))))
            .because("a running task asks the same questions on every engine and in a worker JVM");

    @ArchTest
    static final ArchRule onlyTheFactoriesUseTheSeam = classes()
            .that()
            .resideInAPackage(SEAM)
            .should()
            .onlyHaveDependentClassesThat(
                    nested(ParallelRunner.class, Doctor.class).or(resideInAPackage(SEAM)))
            .because("the seam ties the API to the engines; whoever else used it would tie a knot");

    @ArchTest
    static final ArchRule taskKnowsTheApiOnly =
            layer(TASK, "it is what a task sees on any engine, and every worker JVM loads it", API);

    @ArchTest
    static final ArchRule engineKnowsNoParticularEngine =
            layer(ENGINE, "promises, backlog and streams work the same whoever runs the task", API, TASK, INSIGHT);

    @ArchTest
    static final ArchRule insightKnowsTheApiOnly =
            layer(INSIGHT, "it is told what happens, and asks nobody: so it cannot be in anybody's way", API);

    @ArchTest
    static final ArchRule flightRecorderMayBeMissing = noClasses()
            .that(not(
                    nameMatching("dev\\.tandem\\.(internal\\.insight\\.FlightEvents|recommend\\.AdviceEvent)(\\$.*)?")))
            .should()
            .dependOnClassesThat()
            .resideInAPackage("jdk.jfr..")
            .because("an image need not have it: what names it is loaded only where it is");

    @ArchTest
    static final ArchRule managementIsLoadedLate = noClasses()
            .that(resideInAPackage(INTERNAL)
                    .and(not(name(ENGINE + ".RunnerBean")))
                    .and(not(name(ADAPTIVE + ".Garbage"))))
            .should()
            .dependOnClassesThat(resideInAnyPackage("java.lang.management..", "javax.management.."))
            .because("it costs a program's start some hundred classes, and a JVM may not have it");

    @ArchTest
    static final ArchRule threadsKnowNothingOfProcesses =
            layer(THREADS, "threads need no frames and no other JVM", API, TASK, ENGINE, INSIGHT, IPC);

    @ArchTest
    static final ArchRule threadsUseTheCodecOnly = noClasses()
            .that()
            .resideInAPackage(THREADS)
            .should()
            .dependOnClassesThat(
                    resideInAPackage(IPC).and(not(nested(Codec.class).or(type(EncodingException.class)))))
            .because("all they ask of ipc is whether a task could travel");

    @ArchTest
    static final ArchRule processesSpeakThroughTheProtocol = layer(
            PROCESSES,
            "the supervisor's side knows the worker's side by its messages only",
            API,
            TASK,
            ENGINE,
            INSIGHT,
            PROTOCOL,
            IPC);

    @ArchTest
    static final ArchRule adaptingTiesTheEnginesToTheRecommender = layer(
            ADAPTIVE,
            "it is made of both engines, and starts as it is advised",
            API,
            ENGINE,
            INSIGHT,
            THREADS,
            PROCESSES,
            RECOMMEND);

    @ArchTest
    static final ArchRule onlyAdaptiveRunnersKnowTheRecommender = noClasses()
            .that(not(resideInAnyPackage(RECOMMEND, ADAPTIVE, SEAM))
                    .and(not(nested(ParallelRunner.class, AdaptiveRunner.class))))
            .should()
            .dependOnClassesThat()
            .resideInAPackage(RECOMMEND)
            .because("advice is asked for by who wants it; no engine needs any to run");

    @ArchTest
    static final ArchRule protocolKnowsNoEngine =
            layer(PROTOCOL, "both sides of the border load it, so it belongs to neither", API, TASK, IPC);

    @ArchTest
    static final ArchRule workerKnowsNoEngine =
            layer(WORKER, "a worker JVM starts fast because it loads few classes", API, TASK, PROTOCOL, IPC);

    @ArchTest
    static final ArchRule workerLoggingIsReachedThroughSlf4jOnly = classes()
            .that()
            .resideInAPackage(LOGGING)
            .should()
            .onlyHaveDependentClassesThat(resideInAPackage(LOGGING))
            .because("SLF4J loads it when somebody logs; whoever named it would load it before");

    @ArchTest
    static final ArchRule workerLoggingKnowsTheWorkerOnly =
            layer(LOGGING, "it is a part of the worker that is loaded late", WORKER, PROTOCOL, TASK);

    @ArchTest
    static final ArchRule recommenderKnowsTheApiOnly =
            layer(RECOMMEND, "advice asks of the engines what any user could", API, IPC);

    @ArchTest
    static final ArchRule recommenderUsesTheCodecOnly = noClasses()
            .that()
            .resideInAPackage(RECOMMEND)
            .should()
            .dependOnClassesThat(
                    resideInAPackage(IPC).and(not(nested(Codec.class).or(type(EncodingException.class)))))
            .because("all it asks of ipc is what encoding an item costs");

    @ArchTest
    static final ArchRule ipcKnowsNothingOfTasks = layer(IPC, "it is a library of its own: frames, not tasks");

    @ArchTest
    static final ArchRule guavaStaysOutOfTheWorker = noClasses()
            .that(resideInAnyPackage(WORKER, PROTOCOL, TASK, IPC))
            .should()
            .dependOnClassesThat()
            .resideInAPackage(GUAVA)
            .because("every worker JVM would load it before its first task");

    @ArchTest
    static final ArchRule guavaStaysOutOfSignatures = classes()
            .should(new ArchCondition<>("have no Guava type in a public or protected signature") {
                @Override
                public void check(JavaClass subject, ConditionEvents events) {
                    Stream<JavaCodeUnit> codeUnits = subject.getCodeUnits().stream()
                            .filter(unit -> visible(unit.getModifiers()))
                            .filter(unit -> Stream.concat(
                                            Stream.of(unit.getRawReturnType()), unit.getRawParameterTypes().stream())
                                    .anyMatch(resideInAPackage(GUAVA)));
                    Stream<JavaField> fields = subject.getFields().stream()
                            .filter(field -> visible(field.getModifiers()))
                            .filter(field -> resideInAPackage(GUAVA).test(field.getRawType()));
                    Stream.concat(codeUnits, fields)
                            .forEach(member -> events.add(SimpleConditionEvent.violated(
                                    member, member.getFullName() + " shows a Guava type")));
                }
            })
            .because("its version is ours to change");

    @ArchTest
    static final ArchRule processesAreSignalledThroughTheirHandle = noClasses()
            .should(accessTargetWhere(
                    target("Process.destroy or destroyForcibly", Process.class, "destroy", "destroyForcibly")))
            .because("Process.destroy closes the streams and can block on their locks; ProcessHandle only signals");

    @ArchTest
    static final ArchRule adviceIsAPureFunction = noClasses()
            .that(resideInAPackage(RECOMMEND)
                    .and(not(
                            nameMatching("dev\\.tandem\\.recommend\\.(MachineProbe|PlatformBeans(\\$.*)?|OtherLoad)"))))
            .should()
            .dependOnClassesThat(
                    resideInAnyPackage("java.nio.file..", "java.io..", "java.net..", "java.lang.management..")
                            .and(not(type(java.io.Serializable.class))))
            .because("what depends on anything but its arguments cannot be explained, and not be tested");

    @Row("R6")
    @ArchTest
    static final ArchRule durationsAreNotMeasuredOnTheWallClock = noClasses()
            .that(not(type(RunningTask.class).or(name(LOGGING + ".ForwardingLogger"))))
            .should(accessTargetWhere(target("System.currentTimeMillis", System.class, "currentTimeMillis")
                    .or(target("Instant.now", Instant.class, "now"))
                    .or(target("LocalDateTime.now", LocalDateTime.class, "now"))))
            .because("the wall clock jumps, nanoTime does not; RunningTask shows the deadline as an Instant, and an"
                    + " event that was logged says when");

    @ArchTest
    static final ArchRule objectsAreReadInOnePlace = noClasses()
            .that(not(nameMatching("dev\\.tandem\\.ipc\\.(JavaDecoder|PlainLambda)")))
            .should(accessTargetWhere(
                    target("ObjectInputStream.readObject", ObjectInputStream.class, "readObject", "readUnshared")))
            .because(
                    "what reads objects decides what may be created: a peer's bytes in one place, behind one filter; PlainLambda reads what it wrote");

    @ArchTest
    static final ArchRule objectStreamsStayInsideTheCodec = noClasses()
            .that(
                    not(
                            nameMatching(
                                    "dev\\.tandem\\.ipc\\.(JavaDecoder|DecodingStream|DescriptorFormat(\\$Reader)?|PlainLambda(\\$Restoring)?)")))
            .should()
            .dependOnClassesThat()
            .areAssignableTo(ObjectInputStream.class)
            .because("an object stream without the codec's filter is an open door");

    @ArchTest
    static final ArchRule logsInsteadOfPrinting = noClasses()
            .that(not(resideInAnyPackage(WORKER, LOGGING))
                    .and(not(type(Doctor.class)))
                    .and(not(name("dev.tandem.internal.processes.DebugMode"))))
            .should(GeneralCodingRules.ACCESS_STANDARD_STREAMS)
            .because(
                    "standard output belongs to the user; only a worker JVM has to redirect it, a main class of ours prints,"
                            + " and whoever asked for a debugger must learn where it is awaited, also where nobody logs");

    @ArchTest
    static final ArchRule namesSayWhatThingsAre = noClasses()
            .should()
            .haveNameMatching(".*(Manager|Helper|Utils?|Impl|Processor|Data)(\\$.*)?")
            .because("such a word says that something is done and not what");

    @ArchTest
    static final ArchRule packagesAreNullMarked = classes()
            .that(new DescribedPredicate<>("are no package-info") {
                @Override
                public boolean test(JavaClass subject) {
                    return !subject.getSimpleName().equals("package-info")
                            && !subject.getSimpleName().equals("module-info");
                }
            })
            .should(new ArchCondition<>("be in a package marked @NullMarked") {
                @Override
                public void check(JavaClass subject, ConditionEvents events) {
                    boolean marked = subject.getPackage().isAnnotatedWith(NullMarked.class);
                    events.add(new SimpleConditionEvent(
                            subject, marked, subject.getName() + " is in " + subject.getPackageName()));
                }
            })
            .because("null is an error unless a signature says otherwise");

    /** The classes of a package use no other package of ours than these and their own. */
    private static ArchRule layer(String origin, String reason, String... allowed) {
        String[] reachable =
                Stream.concat(Stream.of(origin), Stream.of(allowed)).toArray(String[]::new);
        return noClasses()
                .that()
                .resideInAPackage(origin)
                .should()
                .dependOnClassesThat(resideInAPackage("dev.tandem..").and(not(resideInAnyPackage(reachable))))
                .because(reason);
    }

    /** These types with everything nested in them. */
    private static DescribedPredicate<JavaClass> nested(Class<?>... types) {
        Set<String> names = Stream.of(types).map(Class::getName).collect(Collectors.toSet());
        return DescribedPredicate.describe(
                "are or are nested in " + names,
                subject -> names.contains(subject.getName().split("\\$", 2)[0]));
    }

    private static DescribedPredicate<JavaAccess<?>> target(String description, Class<?> owner, String... names) {
        return DescribedPredicate.describe("target is " + description, access -> {
            AccessTarget target = access.getTarget();
            return target.getOwner().isAssignableTo(owner) && Set.of(names).contains(target.getName());
        });
    }

    private static Set<String> publicTypesIn(String packageName, JavaClasses classes) {
        return classes.stream()
                .filter(type -> type.getPackageName().equals(packageName))
                .filter(ArchitectureTest::isPublic)
                .map(type -> type.getName().substring(packageName.length() + 1).replace('$', '.'))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static boolean isPublic(JavaClass type) {
        return visible(type.getModifiers())
                && type.getEnclosingClass().map(ArchitectureTest::isPublic).orElse(true);
    }

    private static boolean visible(Set<JavaModifier> modifiers) {
        return modifiers.contains(JavaModifier.PUBLIC) || modifiers.contains(JavaModifier.PROTECTED);
    }
}
