/** Frames, connections and codecs between two JVMs. */
module dev.tandem.ipc {
    requires org.slf4j;
    // Annotations in signatures: whoever compiles against us reads them, nobody needs them to run.
    requires static transitive org.jspecify;

    exports dev.tandem.ipc;
}
