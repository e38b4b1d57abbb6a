package dev.tandem.ipc;

import static com.tngtech.archunit.core.domain.JavaModifier.PROTECTED;
import static com.tngtech.archunit.core.domain.JavaModifier.PUBLIC;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import java.util.stream.Stream;

/** The border of {@code ipc}; the habits that it shares with {@code core} are checked there. */
@AnalyzeClasses(packages = "dev.tandem.ipc", importOptions = ImportOption.DoNotIncludeTests.class)
final class ArchitectureTest {

    @ArchTest
    static void pinsThePublicTypes(JavaClasses classes) {
        Stream<String> publicTypes = classes.stream()
                .filter(ArchitectureTest::isPublic)
                .map(type ->
                        type.getName().substring("dev.tandem.ipc.".length()).replace('$', '.'));
        assertThat(publicTypes)
                .as("a public type is a promise for ever: add it here on purpose or make it package-private")
                .containsExactlyInAnyOrder(
                        "AllowList",
                        "Codec",
                        "Codec.Decoder",
                        "Codec.Definition",
                        "Codec.Encoded",
                        "Codec.Encoder",
                        "Connection",
                        "Connection.Frame",
                        "EncodingException",
                        "Endpoint",
                        "Listener",
                        "PrimitiveArrays",
                        "StandIn",
                        "Transport",
                        "TransportException");
    }

    @ArchTest
    static final ArchRule dependsOnTheJdkAndTheLogOnly = classes()
            .should()
            .onlyDependOnClassesThat()
            .resideInAnyPackage(
                    "dev.tandem.ipc", "java..", "javax.crypto..", "jdk.net..", "org.slf4j..", "org.jspecify..")
            .because("every worker JVM loads it first, and whoever uses it alone gets nothing else with it");

    private static boolean isPublic(JavaClass type) {
        return (type.getModifiers().contains(PUBLIC) || type.getModifiers().contains(PROTECTED))
                && type.getEnclosingClass().map(ArchitectureTest::isPublic).orElse(true);
    }
}
