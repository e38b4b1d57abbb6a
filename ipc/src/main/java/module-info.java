/** Frames, connections and codecs between two JVMs. */
module dev.tandem.ipc {
    requires org.slf4j;
    // Who is at the other end of a Unix domain socket; asked only where the option is there.
    requires static jdk.net;
    // Annotations in signatures: whoever compiles against us reads them, nobody needs them to run.
    requires static transitive org.jspecify;

    exports dev.tandem.ipc;
}
