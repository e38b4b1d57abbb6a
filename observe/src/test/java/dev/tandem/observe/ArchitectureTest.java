package dev.tandem.observe;

import static com.tngtech.archunit.core.domain.JavaModifier.PUBLIC;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** The border of {@code observe}. */
@AnalyzeClasses(packages = "dev.tandem.observe", importOptions = ImportOption.DoNotIncludeTests.class)
final class ArchitectureTest {

    @ArchTest
    static void pinsThePublicTypes(JavaClasses classes) {
        assertThat(classes.stream()
                        .filter(type -> type.getModifiers().contains(PUBLIC))
                        .map(JavaClass::getSimpleName))
                .containsExactlyInAnyOrder("RunnerMetrics", "ThreadLocalCarrier", "TraceCarrier");
    }

    @ArchTest
    static final ArchRule eachLibraryHasOneClass = noClasses()
            .that()
            .haveNameNotMatching(".*TraceCarrier.*")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("io.opentelemetry..")
            .because("where a library is missing, only the class that is for it cannot be used");

    @ArchTest
    static final ArchRule usesWhatUsersSee = noClasses()
            .should()
            .dependOnClassesThat()
            .resideInAPackage("dev.tandem.internal..")
            .because("any user could have written it");
}
