package dev.tandem.recommend;

import static dev.tandem.recommend.GuideRules.the;

import dev.tandem.Strategy;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * Gates: what only one engine can do. All are asked, and each that fires is reported. Those that leave only threads win, since they are
 * about what is possible and not about what is wanted; what the others stood for is then named as lost.
 */
final class GateRules {

    private static final String CONTRACT = "what the engines promise";
    private static final String JAVA = "the platform";

    static final List<Rule> ALL = List.of(
            new Rule(
                    "GATE-LIVE",
                    "Objects that others see change cannot be in two JVMs.",
                    "",
                    JAVA,
                    onlyThreads(Trait.LIVE_SHARED_OBJECTS, "a worker JVM would work on a copy that nobody else sees")),
            new Rule(
                    "GATE-TRAVEL",
                    "What cannot be serialized cannot cross to another JVM.",
                    "",
                    JAVA,
                    onlyThreads(Trait.NOT_SERIALIZABLE, "it cannot cross to another JVM")),
            new Rule(
                    "GATE-START",
                    "Where no process can be started there are only threads.",
                    "",
                    JAVA,
                    GateRules::start),
            new Rule(
                    "GATE-MEMORY",
                    "Where not even one worker JVM fits there are only threads.",
                    "an idle worker + max(16 MB, 2 × memory per task) > min(60 % of memory, memory − heap)",
                    "heap of twice what lives: Jones, Hosking, Moss, The Garbage Collection Handbook (2012), ch. 7",
                    GateRules::memory),
            onlyProcesses("GATE-CRASH", Trait.MAY_CRASH, "a crash costs one task and one worker, not this JVM"),
            new Rule(
                    "GATE-NATIVE",
                    "Native code may crash until somebody says that it does not.",
                    "",
                    CONTRACT,
                    gate(
                            Trait.NATIVE_CODE,
                            situation -> !situation.is(Trait.MAY_CRASH)
                                    && situation.work().mayBe(Trait.MAY_CRASH),
                            "a crash of it costs one worker; without(MAY_CRASH) would say that it is safe")),
            new Rule(
                    "GATE-HANG",
                    "Only a process can be stopped that does not listen; until somebody says that it does, it does not.",
                    "",
                    "Thread.stop throws since Java 20; an interrupt is a request",
                    gate(
                            Trait.MAY_HANG,
                            situation -> situation.work().mayBe(Trait.IGNORES_INTERRUPTION),
                            "a worker JVM that does not obey is killed; a thread could only be abandoned")),
            onlyProcesses("GATE-EXIT", Trait.CALLS_EXIT, "an exit ends one worker, not this JVM"),
            onlyProcesses("GATE-STATE", Trait.CHANGES_GLOBAL_STATE, "each worker JVM has that state for itself"),
            onlyProcesses("GATE-UNSAFE", Trait.NOT_THREAD_SAFE, "a worker JVM runs one task at a time"),
            onlyProcesses("GATE-CAP", Trait.MUST_BE_CAPPED, "maxHeap caps each worker; threads share one heap"),
            new Rule(
                    "GATE-HEAP",
                    "A task that does not fit into the heap of this JVM, but into that of a worker JVM, needs one.",
                    "heap < memory per task, and one worker JVM fits (GATE-MEMORY)",
                    JAVA,
                    GateRules::heap),
            onlyProcesses("GATE-FLAGS", Trait.OTHER_JVM_FLAGS, "jvmArgs gives them to the worker JVMs"),
            onlyProcesses("GATE-JDK", Trait.OTHER_JDK, "javaHome gives it to the worker JVMs"));

    private GateRules() {}

    private static Rule onlyProcesses(String name, Trait trait, String guarantee) {
        String says = "Work that " + trait.predicate() + " needs processes: " + guarantee + ".";
        return new Rule(name, says, "", CONTRACT, gate(trait, situation -> true, guarantee));
    }

    private static Function<Situation, Optional<Finding>> gate(
            Trait trait, Predicate<Situation> condition, String guarantee) {
        return situation -> situation.is(trait) && condition.test(situation)
                ? Optional.of(new Finding(the(trait), "", guarantee, new Effect.Requires(Strategy.PROCESSES)))
                : Optional.empty();
    }

    private static Function<Situation, Optional<Finding>> onlyThreads(Trait trait, String why) {
        return situation -> situation.is(trait) ? threads(the(trait), "", why) : Optional.empty();
    }

    private static Optional<Finding> start(Situation situation) {
        return situation.machine().startsProcesses()
                ? Optional.empty()
                : threads("this JVM cannot start processes", "", "there is no java to start, or no classes to run");
    }

    private static boolean fitsAWorker(Situation situation) {
        return situation.memoryPerWorker() <= situation.machine().memoryForWorkersBytes();
    }

    private static Optional<Finding> memory(Situation situation) {
        return fitsAWorker(situation)
                ? Optional.empty()
                : threads(
                        "not even one worker JVM fits into the memory",
                        "needs " + Figures.bytes(situation.memoryPerWorker()) + ", there is "
                                + Figures.bytes(situation.machine().memoryForWorkersBytes()),
                        "the heap of this JVM is all there is");
    }

    private static Optional<Finding> heap(Situation situation) {
        double needed = situation.memoryPerTask().orElse(0);
        double heap = situation.machine().heapBytes();
        return needed <= heap || !fitsAWorker(situation)
                ? Optional.empty()
                : Optional.of(new Finding(
                        "one task holds more than the heap of this JVM",
                        Figures.bytes(needed) + " > " + Figures.bytes(heap),
                        "a worker JVM can have a larger heap",
                        new Effect.Requires(Strategy.PROCESSES)));
    }

    private static Optional<Finding> threads(String fact, String number, String why) {
        return Optional.of(new Finding(fact, number, why, new Effect.Requires(Strategy.THREADS)));
    }
}
