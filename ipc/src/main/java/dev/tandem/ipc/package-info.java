/**
 * How two JVMs on one machine exchange whole frames and objects; it knows nothing of tasks.
 *
 * <p>A {@link dev.tandem.ipc.Transport} says how they meet. The side that starts the process opens one {@link
 * dev.tandem.ipc.Listener} per worker, lets it {@linkplain dev.tandem.ipc.Listener#prepare prepare} the command and then
 * {@linkplain dev.tandem.ipc.Listener#accept accepts} exactly that worker; the worker {@linkplain
 * dev.tandem.ipc.Transport#connect connects} with the one argument that it was given. Both then hold a {@link
 * dev.tandem.ipc.Connection}, which carries whole {@linkplain dev.tandem.ipc.Connection.Frame frames} in order. A {@link
 * dev.tandem.ipc.Codec} turns objects into bytes and back.
 *
 * <p>Words: <b>frame</b> (16-byte header and payload), <b>endpoint</b> (address and one-time secret), <b>stranger</b>
 * (whoever connects without the secret), <b>definition</b> (bytes that a decoder must have seen before the encodings that
 * refer to them).
 *
 * @serial exclude
 */
@NullMarked
package dev.tandem.ipc;

import org.jspecify.annotations.NullMarked;
