package dev.tandem.recommend;

import org.jspecify.annotations.Nullable;

/**
 * An item with its place in the input. Only the item goes to the runners, so that nothing of ours is in what cannot travel, and no byte
 * of ours in what is measured.
 *
 * @param <A> the type of the item
 * @param index the place, from 0
 * @param item the item
 */
record Numbered<A extends @Nullable Object>(long index, A item) {}
