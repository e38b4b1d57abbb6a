package dev.tandem.places;

import org.objectweb.asm.ClassReader;
import org.objectweb.asm.ClassWriter;
import org.objectweb.asm.Opcodes;
import org.objectweb.asm.commons.ClassRemapper;
import org.objectweb.asm.commons.Remapper;

/** Gives the library's packages another name, in class names and in strings, as tools do that shade it into another library. */
final class Relocation extends Remapper {

    private static final String FROM = "dev/tandem/";
    private static final String TO = "shop/shaded/tandem/";

    Relocation() {
        super(Opcodes.ASM9);
    }

    /** The file under its new name. */
    String name(String file) {
        return file.startsWith(FROM) ? TO + file.substring(FROM.length()) : file;
    }

    /** A class file with new names in it; any other file as it is. */
    byte[] content(String file, byte[] content) {
        if (!file.endsWith(".class")) {
            return content;
        }
        ClassWriter writer = new ClassWriter(0);
        new ClassReader(content).accept(new ClassRemapper(writer, this), 0);
        return writer.toByteArray();
    }

    @Override
    public String map(String internalName) {
        return name(internalName);
    }

    @Override
    public Object mapValue(Object value) {
        if (value instanceof String text) {
            String slashes = text.replace('.', '/');
            return !slashes.startsWith(FROM)
                    ? text
                    : text.indexOf('/') >= 0 ? name(text) : name(slashes).replace('/', '.');
        }
        return super.mapValue(value);
    }
}
