package dev.tandem.ipc;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.lang.invoke.SerializedLambda;
import org.jspecify.annotations.Nullable;

/**
 * What all lambdas of one place in the source have in common: all of a {@link SerializedLambda} but the captured values.
 *
 * <p>Known by names only, as in the serialized form, so that it keeps no class alive. Immutable.
 */
final class LambdaTemplate {

    private static final int USUAL_BYTES = 512;

    private final String capturingClass;
    private final String interfaceClass;
    private final String interfaceMethod;
    private final String interfaceSignature;
    private final int implKind;
    private final String implClass;
    private final String implMethod;
    private final String implSignature;
    private final String instantiatedType;

    private LambdaTemplate(
            String capturingClass,
            String interfaceClass,
            String interfaceMethod,
            String interfaceSignature,
            int implKind,
            String implClass,
            String implMethod,
            String implSignature,
            String instantiatedType) {
        this.capturingClass = capturingClass;
        this.interfaceClass = interfaceClass;
        this.interfaceMethod = interfaceMethod;
        this.interfaceSignature = interfaceSignature;
        this.implKind = implKind;
        this.implClass = implClass;
        this.implMethod = implMethod;
        this.implSignature = implSignature;
        this.instantiatedType = instantiatedType;
    }

    static LambdaTemplate of(SerializedLambda lambda) {
        return new LambdaTemplate(
                lambda.getCapturingClass(),
                lambda.getFunctionalInterfaceClass(),
                lambda.getFunctionalInterfaceMethodName(),
                lambda.getFunctionalInterfaceMethodSignature(),
                lambda.getImplMethodKind(),
                lambda.getImplClass(),
                lambda.getImplMethodName(),
                lambda.getImplMethodSignature(),
                lambda.getInstantiatedMethodType());
    }

    static LambdaTemplate read(byte[] bytes) throws IOException {
        DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes, 1, bytes.length - 1));
        return new LambdaTemplate(
                in.readUTF(),
                in.readUTF(),
                in.readUTF(),
                in.readUTF(),
                in.readInt(),
                in.readUTF(),
                in.readUTF(),
                in.readUTF(),
                in.readUTF());
    }

    byte[] write() throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(USUAL_BYTES);
        DataOutputStream out = new DataOutputStream(bytes);
        out.writeByte(Defined.LAMBDA);
        out.writeUTF(capturingClass);
        out.writeUTF(interfaceClass);
        out.writeUTF(interfaceMethod);
        out.writeUTF(interfaceSignature);
        out.writeInt(implKind);
        out.writeUTF(implClass);
        out.writeUTF(implMethod);
        out.writeUTF(implSignature);
        out.writeUTF(instantiatedType);
        return bytes.toByteArray();
    }

    /** The binary name of the class whose method holds the lambda expression. */
    String capturingClass() {
        return capturingClass.replace('/', '.');
    }

    SerializedLambda toLambda(Class<?> capturing, @Nullable Object[] captured) {
        return new SerializedLambda(
                capturing,
                interfaceClass,
                interfaceMethod,
                interfaceSignature,
                implKind,
                implClass,
                implMethod,
                implSignature,
                instantiatedType,
                captured);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof LambdaTemplate that
                && implKind == that.implKind
                && implMethod.equals(that.implMethod)
                && capturingClass.equals(that.capturingClass)
                && implClass.equals(that.implClass)
                && implSignature.equals(that.implSignature)
                && interfaceClass.equals(that.interfaceClass)
                && interfaceMethod.equals(that.interfaceMethod)
                && interfaceSignature.equals(that.interfaceSignature)
                && instantiatedType.equals(that.instantiatedType);
    }

    @Override
    public int hashCode() {
        return 31 * capturingClass.hashCode() + implMethod.hashCode();
    }

    @Override
    public String toString() {
        return "lambda " + implMethod;
    }
}
