package dev.tandem.internal.processes;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OomKillsTest {

    @TempDir
    private Path system;

    private OomKills memberOf(String cgroups) throws Exception {
        return new OomKills(Files.writeString(system.resolve("cgroup"), cgroups), system.resolve("mount"));
    }

    private void write(String file, String content) throws Exception {
        Path path = system.resolve("mount").resolve(file);
        Files.createDirectories(path.getParent());
        Files.writeString(path, content);
    }

    @Test
    void readsVersionTwo() throws Exception {
        write("app/memory.events", "low 1\nhigh 2\nmax 3\noom 9\noom_kill 5\noom_group_kill 7\n");
        assertThat(memberOf("0::/app\n").count()).hasValue(5);
    }

    @Test
    void readsVersionOneBesideAnEmptyVersionTwo() throws Exception {
        write("memory/app/memory.oom_control", "oom_kill_disable 0\nunder_oom 0\noom_kill 2\n");
        assertThat(memberOf("4:cpu:/app\n3:memory,hugetlb:/app\n0::/\n").count())
                .hasValue(2);
    }

    @Test
    void findsTheCgroupOfAContainerAtTheRoot() throws Exception {
        write("memory.events", "oom_kill 4\n");
        assertThat(memberOf("0::/docker/0123\n").count()).hasValue(4);
    }

    @Test
    void knowsNothingWhereNothingCanBeRead() throws Exception {
        assertThat(new OomKills(system.resolve("none"), system).count()).isEmpty();
        assertThat(memberOf("nonsense\n0::\n\n").count()).isEmpty();
        write("app/memory.events", "oom_kill many\n");
        OomKills malformed = memberOf("0::/app\n");
        assertThat(malformed.count()).isEmpty();
        assertThat(malformed.claim(OptionalLong.of(1))).isEmpty();
    }

    @Test
    void givesEachKillToOneWorker() throws Exception {
        write("app/memory.events", "oom_kill 5\n");
        OomKills kills = memberOf("0::/app\n");
        OptionalLong atStart = kills.count();
        assertThat(kills.claim(atStart)).hasValue(0);
        write("app/memory.events", "oom_kill 7\n");
        assertThat(kills.claim(atStart)).hasValue(2);
        assertThat(kills.claim(atStart)).hasValue(1);
        assertThat(kills.claim(atStart)).hasValue(0);
        assertThat(kills.claim(kills.count())).hasValue(0);
    }

    @Test
    void claimsNoKillFromBeforeItsStart() throws Exception {
        write("app/memory.events", "oom_kill 5\n");
        OomKills kills = memberOf("0::/app\n");
        assertThat(kills.claim(kills.count())).hasValue(0);
    }
}
