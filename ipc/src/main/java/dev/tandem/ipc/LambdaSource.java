package dev.tandem.ipc;

import java.io.IOException;
import java.io.InputStream;
import java.lang.invoke.SerializedLambda;
import org.jspecify.annotations.Nullable;

/**
 * Where a lambda stands in the source, and what its captured variables are called there.
 *
 * <p>The line and the names are there if the class was compiled with them ({@code -g:lines} is the default of javac, {@code
 * -g:vars} that of build tools) and its class file can be found. Used on the failure path only, by one thread.
 */
final class LambdaSource {

    private static final int INVOKE_STATIC = 6;

    private final SerializedLambda lambda;
    private final boolean isLambdaBody;
    private final DebugAttributes debug;

    private LambdaSource(SerializedLambda lambda, boolean isLambdaBody, DebugAttributes debug) {
        this.lambda = lambda;
        this.isLambdaBody = isLambdaBody;
        this.debug = debug;
    }

    static LambdaSource of(SerializedLambda lambda, @Nullable ClassLoader loader) {
        boolean isLambdaBody = lambda.getImplMethodName().startsWith("lambda$");
        return new LambdaSource(lambda, isLambdaBody, isLambdaBody ? read(lambda, loader) : DebugAttributes.NONE);
    }

    private static DebugAttributes read(SerializedLambda lambda, @Nullable ClassLoader loader) {
        ClassLoader finder = loader == null ? ClassLoader.getSystemClassLoader() : loader;
        try (InputStream classFile = finder.getResourceAsStream(lambda.getImplClass() + ".class")) {
            return classFile == null
                    ? DebugAttributes.NONE
                    : DebugAttributes.read(classFile, lambda.getImplMethodName(), lambda.getImplMethodSignature());
        } catch (IOException | RuntimeException e) {
            return DebugAttributes.NONE; // the message then does without a line
        }
    }

    /** For example {@code lambda at Report.java:42}. */
    String where() {
        String capturing = lambda.getCapturingClass().replace('/', '.');
        if (!isLambdaBody) {
            String type = lambda.getImplClass().substring(lambda.getImplClass().lastIndexOf('/') + 1);
            return "method reference " + type + "::" + lambda.getImplMethodName() + " in " + capturing;
        }
        return debug.hasLine() ? "lambda at " + debug.file() + ":" + debug.line() : "lambda in " + capturing;
    }

    /** For example {@code captured variable 'connection'}. */
    String capture(int index) {
        if (!isLambdaBody) {
            return "the object that it is bound to";
        }
        boolean capturesThis = lambda.getImplMethodKind() != INVOKE_STATIC;
        if (capturesThis && index == 0) {
            return "captured 'this'";
        }
        int parameter = capturesThis ? index - 1 : index;
        String name = debug.variable(slot(parameter, capturesThis));
        return name != null ? "captured variable '" + name + "'" : "captured variable number " + (parameter + 1);
    }

    /** The local variable that holds a parameter of the lambda's body; {@code this}, long and double take part in the count. */
    private int slot(int parameter, boolean capturesThis) {
        String signature = lambda.getImplMethodSignature();
        int slot = capturesThis ? 1 : 0;
        int at = 1;
        for (int i = 0; i < parameter; i++) {
            char type = signature.charAt(at);
            slot += type == 'J' || type == 'D' ? 2 : 1;
            while (signature.charAt(at) == '[') {
                at++;
            }
            at = signature.charAt(at) == 'L' ? signature.indexOf(';', at) + 1 : at + 1;
        }
        return slot;
    }
}
