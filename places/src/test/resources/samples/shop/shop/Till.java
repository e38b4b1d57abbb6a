package shop;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.security.CodeSource;
import java.util.ServiceLoader;

/** Code that only the worker calls: it needs a class, a resource and a service. */
final class Till {

    private Till() {}

    static Receipt checkOut(Basket basket) throws IOException {
        int total = basket.total();
        for (Discount discount : ServiceLoader.load(Discount.class)) {
            total -= discount.on(total);
        }
        return new Receipt(total, greeting(), System.getProperty("java.version"), origin());
    }

    private static String greeting() throws IOException {
        try (InputStream greeting = Till.class.getResourceAsStream("greeting.txt")) {
            return greeting == null ? "no greeting" : new String(greeting.readAllBytes(), StandardCharsets.UTF_8).strip();
        }
    }

    private static String origin() {
        CodeSource source = Till.class.getProtectionDomain().getCodeSource();
        return Till.class.getClassLoader().getClass().getSimpleName() + " of " + (source == null ? null : source.getLocation());
    }
}
