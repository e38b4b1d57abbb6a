package dev.tandem.observe;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.net.URLDecoder;
import java.net.URLEncoder;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;

/** Some strings by their names, as one string, as forms on the web are sent. */
final class Texts {

    private Texts() {}

    static String join(Map<String, String> texts) {
        return texts.entrySet().stream()
                .map(entry ->
                        URLEncoder.encode(entry.getKey(), UTF_8) + "=" + URLEncoder.encode(entry.getValue(), UTF_8))
                .collect(Collectors.joining("&"));
    }

    static Map<String, String> split(String joined) {
        Map<String, String> texts = new LinkedHashMap<>();
        for (String one : joined.split("&")) {
            int equals = one.indexOf('=');
            texts.put(
                    URLDecoder.decode(one.substring(0, equals), UTF_8),
                    URLDecoder.decode(one.substring(equals + 1), UTF_8));
        }
        return texts;
    }
}
