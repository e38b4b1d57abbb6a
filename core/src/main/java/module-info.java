/** One runner for parallel tasks, on threads or on supervised worker JVMs. */
module dev.tandem.core {
    requires transitive dev.tandem.ipc;
    requires org.slf4j;
    // Annotations in signatures: whoever compiles against us reads them, nobody needs them to run.
    requires static transitive org.jspecify;
    // Memory of a container, CPU time and allocation, for the recommender: where they are missing it knows less.
    requires static java.management;
    requires static jdk.management;

    // Events of the flight recorder: where it is missing nobody is told.
    requires static jdk.jfr;

    uses dev.tandem.ContextCarrier;

    exports dev.tandem;
    exports dev.tandem.recommend;
}
