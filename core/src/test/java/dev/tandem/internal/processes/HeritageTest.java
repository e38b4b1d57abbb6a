package dev.tandem.internal.processes;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.ProcessOptions;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import java.util.SimpleTimeZone;
import java.util.TimeZone;
import org.junit.jupiter.api.Test;

final class HeritageTest {

    private static final ProcessOptions DEFAULTS = ProcessOptions.defaults();
    private static final TimeZone UTC = TimeZone.getTimeZone("UTC");

    private final Properties properties = new Properties();

    private Heritage of(Locale locale, Locale display, Locale format, TimeZone zone) {
        return new Heritage(StandardCharsets.ISO_8859_1, locale, display, format, zone, properties);
    }

    private Map<String, String> basics(ProcessOptions options) {
        return of(Locale.GERMANY, Locale.GERMANY, Locale.UK, UTC).basics(options);
    }

    private String zone(TimeZone zone) {
        return of(Locale.ROOT, Locale.ROOT, Locale.ROOT, zone).basics(DEFAULTS).get("user.timezone");
    }

    @Test
    void tellsCharsetLocaleAndTimeZone() {
        assertThat(basics(DEFAULTS))
                .containsEntry("file.encoding", "ISO-8859-1")
                .containsEntry("stdout.encoding", "ISO-8859-1")
                .containsEntry("stderr.encoding", "ISO-8859-1")
                .containsEntry("user.language", "de")
                .containsEntry("user.country", "DE")
                .containsEntry("user.script", "")
                .containsEntry("user.variant", "")
                .containsEntry("user.language.format", "en")
                .containsEntry("user.country.format", "GB")
                .containsEntry("user.timezone", "UTC")
                .doesNotContainKeys("user.language.display", "user.extensions");
    }

    @Test
    void tellsEveryPartOfALocale() {
        Locale locale = Locale.forLanguageTag("zh-Hant-TW-rozaj-u-ca-roc-nu-hanidec-a-foo-x-mine");
        assertThat(of(locale, locale, locale, UTC).basics(DEFAULTS))
                .containsEntry("user.script", "Hant")
                .containsEntry("user.variant", "rozaj")
                .containsEntry("user.extensions", "a-foo-u-ca-roc-nu-hanidec-x-mine");
    }

    @Test
    void letsWhatTheUserSetsWin() {
        assertThat(basics(DEFAULTS.systemProperty("user.timezone", "CET").jvmArgs("-Dfile.encoding=COMPAT", "-Dx")))
                .doesNotContainKeys("user.timezone", "file.encoding")
                .containsEntry("stdout.encoding", "ISO-8859-1");
        assertThat(basics(DEFAULTS.jvmArgs("-Duser.language=fr")))
                .as("half of a locale is none")
                .doesNotContainKeys("user.country", "user.language", "user.country.format");
        assertThat(basics(DEFAULTS.systemProperty("java.awt.headless", "false")))
                .doesNotContainKey("java.awt.headless");
    }

    @Test
    void assumesNoScreenUnlessThisJvmWasToldOfOne() {
        assertThat(basics(DEFAULTS)).containsEntry("java.awt.headless", "true");
        properties.setProperty("java.awt.headless", "true");
        assertThat(basics(DEFAULTS)).containsEntry("java.awt.headless", "true");
        properties.setProperty("java.awt.headless", "false");
        assertThat(basics(DEFAULTS)).containsEntry("java.awt.headless", "false");
    }

    @Test
    void describesATimeZoneThatHasNoName() {
        assertThat(zone(TimeZone.getTimeZone("America/New_York"))).isEqualTo("America/New_York");
        assertThat(zone(new SimpleTimeZone(-34_200_000, "Ours"))).isEqualTo("GMT-09:30");
        assertThat(zone(new SimpleTimeZone(3_600_000, "America/New_York"))).isEqualTo("GMT+01:00");
        assertThat(zone(new SimpleTimeZone(1_234, "Odd"))).as("not to be told").isNull();
    }

    @Test
    void saysThatATimeZoneCannotBeTold() {
        int minuteMillis = 60_000;
        TimeZone far = new SimpleTimeZone(24 * 60 * minuteMillis, "far");
        assertThat(zone(far)).isNull();
        Heritage heritage = of(Locale.ROOT, Locale.ROOT, Locale.ROOT, far);
        assertThat(heritage.omission(DEFAULTS))
                .hasValue("workers have the time zone of the system: no command line can describe far of this JVM;"
                        + " set it in onWorkerStart");
        assertThat(heritage.omission(DEFAULTS.systemProperty("user.timezone", "CET")))
                .isEmpty();
        TimeZone least = new SimpleTimeZone(-(24 * 60 - 1) * minuteMillis, "least");
        assertThat(zone(least)).isEqualTo("GMT-23:59");
        assertThat(of(Locale.ROOT, Locale.ROOT, Locale.ROOT, least).omission(DEFAULTS))
                .isEmpty();
    }

    @Test
    void takesOverTheNamedPropertiesThatAreThere() {
        properties.setProperty("app.a", "1");
        properties.setProperty("app.b", "2");
        properties.setProperty("app", "3");
        properties.setProperty("color", "red");
        properties.put("app.object", 4);
        ProcessOptions options =
                DEFAULTS.inheritProperties("app.*", "color", "gone").systemProperty("app.b", "mine");
        assertThat(of(Locale.ROOT, Locale.ROOT, Locale.ROOT, UTC).inherited(options))
                .containsExactlyInAnyOrderEntriesOf(Map.of("app.a", "1", "color", "red"));
    }
}
