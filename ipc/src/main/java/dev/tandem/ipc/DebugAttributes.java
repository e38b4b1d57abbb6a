package dev.tandem.ipc;

import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a class file tells of one method for debuggers: the source file, the first line, the names of its parameters.
 *
 * <p>A reader of class files would be a dependency of every worker for the sake of an error message, hence these few
 * lines; the layout is chapter 4 of the Java Virtual Machine Specification. Used by one thread.
 */
final class DebugAttributes {

    static final DebugAttributes NONE = new DebugAttributes("", "");

    private static final int MAGIC = 0xCAFEBABE;

    private final String method;
    private final String descriptor;
    private final Map<Integer, String> parameterNamesBySlot = new HashMap<>();
    private @Nullable String file;
    private int line;

    private DebugAttributes(String method, String descriptor) {
        this.method = method;
        this.descriptor = descriptor;
    }

    static DebugAttributes read(InputStream classFile, String method, String descriptor) throws IOException {
        DebugAttributes found = new DebugAttributes(method, descriptor);
        found.readClass(new DataInputStream(classFile));
        return found;
    }

    boolean hasLine() {
        return file != null && line > 0;
    }

    @Nullable
    String file() {
        return file;
    }

    int line() {
        return line;
    }

    @Nullable
    String variable(int slot) {
        return parameterNamesBySlot.get(slot);
    }

    private void readClass(DataInputStream in) throws IOException {
        if (in.readInt() != MAGIC) {
            throw new IOException("no class file");
        }
        in.skipNBytes(4); // versions
        Map<Integer, String> texts = readTexts(in);
        in.skipNBytes(6); // access, this, super
        in.skipNBytes(2L * in.readUnsignedShort()); // interfaces
        readMembers(in, texts); // fields
        readMembers(in, texts); // methods
        int attributes = in.readUnsignedShort();
        for (int i = 0; i < attributes; i++) {
            String name = texts.get(in.readUnsignedShort());
            int length = in.readInt();
            if ("SourceFile".equals(name)) {
                file = texts.get(in.readUnsignedShort());
            } else {
                in.skipNBytes(length);
            }
        }
    }

    /** Reads the constant pool and keeps the texts. */
    private static Map<Integer, String> readTexts(DataInputStream in) throws IOException {
        Map<Integer, String> texts = new HashMap<>();
        int constants = in.readUnsignedShort();
        for (int i = 1; i < constants; i++) {
            int tag = in.readUnsignedByte();
            switch (tag) {
                case 1 -> texts.put(i, in.readUTF());
                case 7, 8, 16, 19, 20 -> in.skipNBytes(2);
                case 15 -> in.skipNBytes(3);
                case 3, 4, 9, 10, 11, 12, 17, 18 -> in.skipNBytes(4);
                case 5, 6 -> {
                    in.skipNBytes(8);
                    i++; // long and double take two places
                }
                default -> throw new IOException("unknown constant of tag " + tag);
            }
        }
        return texts;
    }

    private void readMembers(DataInputStream in, Map<Integer, String> texts) throws IOException {
        int members = in.readUnsignedShort();
        for (int i = 0; i < members; i++) {
            in.skipNBytes(2); // access
            String name = texts.get(in.readUnsignedShort());
            String type = texts.get(in.readUnsignedShort());
            boolean isWanted = method.equals(name) && descriptor.equals(type);
            int attributes = in.readUnsignedShort();
            for (int j = 0; j < attributes; j++) {
                String attribute = texts.get(in.readUnsignedShort());
                int length = in.readInt();
                if (isWanted && "Code".equals(attribute)) {
                    readCode(in, texts);
                } else {
                    in.skipNBytes(length);
                }
            }
        }
    }

    private void readCode(DataInputStream in, Map<Integer, String> texts) throws IOException {
        in.skipNBytes(4); // sizes of stack and locals
        in.skipNBytes(in.readInt()); // instructions
        in.skipNBytes(8L * in.readUnsignedShort()); // exception table
        int attributes = in.readUnsignedShort();
        for (int i = 0; i < attributes; i++) {
            String name = texts.get(in.readUnsignedShort());
            int length = in.readInt();
            if ("LineNumberTable".equals(name)) {
                readLines(in);
            } else if ("LocalVariableTable".equals(name)) {
                readVariables(in, texts);
            } else {
                in.skipNBytes(length);
            }
        }
    }

    private void readLines(DataInputStream in) throws IOException {
        int entries = in.readUnsignedShort();
        for (int i = 0; i < entries; i++) {
            in.skipNBytes(2); // instruction
            int next = in.readUnsignedShort();
            line = line == 0 ? next : Math.min(line, next);
        }
    }

    private void readVariables(DataInputStream in, Map<Integer, String> texts) throws IOException {
        int entries = in.readUnsignedShort();
        for (int i = 0; i < entries; i++) {
            boolean isParameter = in.readUnsignedShort() == 0; // in scope from the first instruction
            in.skipNBytes(2); // length of its scope
            String name = texts.get(in.readUnsignedShort());
            in.skipNBytes(2); // type
            int slot = in.readUnsignedShort();
            if (isParameter && name != null) {
                parameterNamesBySlot.put(slot, name);
            }
        }
    }
}
