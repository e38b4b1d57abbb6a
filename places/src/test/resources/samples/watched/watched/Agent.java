package watched;

/** A Java agent. */
public final class Agent {

    private Agent() {}

    public static void premain(String options) {
        System.setProperty("watched.agent", "here");
    }
}
