///usr/bin/env jbang "$0" "$@" ; exit $?
//JAVA 17+
//REPOS mavencentral,mavenlocal
//DEPS dev.tandem:tandem-core:0.1.0-SNAPSHOT

import dev.tandem.ParallelRunner;
import java.util.List;

/** The squares of a few numbers, each from a worker JVM: {@code jbang examples/jbang/Squares.java}. */
class Squares {

    public static void main(String[] args) {
        try (ParallelRunner runner = ParallelRunner.processes(o -> o.workers(2))) {
            System.out.println(runner.map(List.of(1, 2, 3), n -> n * n).join()); // [1, 4, 9]
        }
    }
}
