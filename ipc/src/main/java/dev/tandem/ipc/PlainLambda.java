package dev.tandem.ipc;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.io.ObjectStreamClass;
import java.io.OutputStream;
import java.lang.invoke.SerializedLambda;
import java.util.IdentityHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Makes a lambda of its serialized form where only the JDK may: sends the form through a pair of plain streams, with the
 * captured values left out and put in again on the way.
 */
final class PlainLambda {

    private PlainLambda() {}

    static Object resolve(SerializedLambda form, Class<?> holder) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (Leaving out = new Leaving(bytes, form)) {
            out.writeObject(form);
        }
        try (Restoring in = new Restoring(new ByteArrayInputStream(bytes.toByteArray()), form, holder)) {
            return in.readObject();
        } catch (ClassNotFoundException e) {
            throw new IOException("the class of a lambda is gone: " + holder.getName(), e);
        }
    }

    /** Writes the number of a captured value in its place. */
    private static final class Leaving extends ObjectOutputStream {
        private final IdentityHashMap<Object, Integer> places = new IdentityHashMap<>();

        Leaving(OutputStream bytes, SerializedLambda form) throws IOException {
            super(bytes);
            enableReplaceObject(true);
            for (int i = 0; i < form.getCapturedArgCount(); i++) {
                places.put(form.getCapturedArg(i), i);
            }
        }

        @Override
        protected Object replaceObject(Object object) {
            Integer place = places.get(object);
            return place == null ? object : place;
        }
    }

    /** Reads captured values by their number; there are no other Integers in a lambda's form. */
    private static final class Restoring extends ObjectInputStream {
        private final SerializedLambda form;
        private final Class<?> holder;

        Restoring(InputStream bytes, SerializedLambda form, Class<?> holder) throws IOException {
            super(bytes);
            enableResolveObject(true);
            this.form = form;
            this.holder = holder;
        }

        @Override
        protected @Nullable Object resolveObject(Object object) {
            return object instanceof Integer place ? form.getCapturedArg(place) : object;
        }

        @Override
        protected Class<?> resolveClass(ObjectStreamClass descriptor) throws IOException, ClassNotFoundException {
            return descriptor.getName().equals(holder.getName()) ? holder : super.resolveClass(descriptor);
        }
    }
}
