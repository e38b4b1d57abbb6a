package dev.tandem.recommend;

/** What a rule found: the fact, the figures (or nothing), what follows for the reader, and what follows for the answer. */
record Finding(String fact, String number, String consequence, Effect effect) {}
