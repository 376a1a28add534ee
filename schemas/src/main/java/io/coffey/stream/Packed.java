// SPDX-License-Identifier: Apache-2.0
package io.coffey.stream;

import io.coffey.schema.FloatType;
import io.coffey.schema.IntType;
import io.coffey.schema.PackedFloats;
import io.coffey.schema.PackedInts;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.ShortBuffer;

/**
 * Arrays of primitives as little-endian bytes. Packing and unpacking refuse what the schemas rule out: numbers that are
 * not finite, log-probabilities above 0, negative ids.
 */
final class Packed {

    /** Log-probabilities are computed in single precision: that far above 0 is rounding. */
    static final float LOG_PROB_TOLERANCE = 1e-4f;

    private static final int U16_LIMIT = 1 << 16;

    private Packed() {}

    static PackedFloats floats(String field, float[] values) {
        return pack(finite(field, values), FloatType.F32);
    }

    static float[] floats(String field, PackedFloats packed) {
        return finite(field, unpack(field, packed));
    }

    static PackedFloats logProbs(String field, float[] values, FloatType type) {
        return pack(logProbs(field, values), type);
    }

    static float[] logProbs(String field, PackedFloats packed) {
        return logProbs(field, unpack(field, packed));
    }

    static PackedInts ids(String field, int[] ids) {
        int largest = largest(field, ids);
        if (largest >= U16_LIMIT) {
            ByteBuffer bytes = littleEndian(ids.length * Integer.BYTES);
            bytes.asIntBuffer().put(ids);
            return new PackedInts(IntType.I32, bytes);
        }
        ByteBuffer bytes = littleEndian(ids.length * Short.BYTES);
        ShortBuffer shorts = bytes.asShortBuffer();
        for (int id : ids) {
            shorts.put((short) id);
        }
        return new PackedInts(IntType.U16, bytes);
    }

    static int[] ids(String field, PackedInts packed) {
        ByteBuffer bytes = packed.getValues().order(ByteOrder.LITTLE_ENDIAN);
        boolean wide = packed.getType() == IntType.I32;
        int[] ids = new int[count(field, bytes, wide ? Integer.BYTES : Short.BYTES)];
        if (wide) {
            bytes.asIntBuffer().get(ids);
            largest(field, ids);
        } else {
            ShortBuffer shorts = bytes.asShortBuffer();
            for (int i = 0; i < ids.length; i++) {
                ids[i] = Short.toUnsignedInt(shorts.get(i));
            }
        }
        return ids;
    }

    /** The bytes of a field that Avro just read; not copied where the buffer holds nothing else. */
    static byte[] bytes(ByteBuffer buffer) {
        if (buffer.hasArray() && buffer.arrayOffset() == 0 && buffer.remaining() == buffer.array().length) {
            return buffer.array();
        }
        byte[] bytes = new byte[buffer.remaining()];
        buffer.get(buffer.position(), bytes);
        return bytes;
    }

    private static PackedFloats pack(float[] values, FloatType type) {
        if (type == FloatType.F32) {
            ByteBuffer bytes = littleEndian(values.length * Float.BYTES);
            bytes.asFloatBuffer().put(values);
            return new PackedFloats(type, bytes);
        }
        ByteBuffer bytes = littleEndian(values.length * Short.BYTES);
        ShortBuffer halves = bytes.asShortBuffer();
        for (float value : values) {
            halves.put(HalfFloat.fromFloat(value));
        }
        return new PackedFloats(type, bytes);
    }

    private static float[] unpack(String field, PackedFloats packed) {
        ByteBuffer bytes = packed.getValues().order(ByteOrder.LITTLE_ENDIAN);
        boolean exact = packed.getType() == FloatType.F32;
        float[] values = new float[count(field, bytes, exact ? Float.BYTES : Short.BYTES)];
        if (exact) {
            bytes.asFloatBuffer().get(values);
        } else {
            ShortBuffer halves = bytes.asShortBuffer();
            for (int i = 0; i < values.length; i++) {
                values[i] = HalfFloat.toFloat(halves.get(i));
            }
        }
        return values;
    }

    private static ByteBuffer littleEndian(int bytes) {
        return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }

    private static int count(String field, ByteBuffer bytes, int width) {
        if (bytes.remaining() % width != 0) {
            throw new IllegalArgumentException(
                    "%s has %d bytes, expected a multiple of %d".formatted(field, bytes.remaining(), width));
        }
        return bytes.remaining() / width;
    }

    private static float[] finite(String field, float[] values) {
        for (int i = 0; i < values.length; i++) {
            if (!Float.isFinite(values[i])) {
                throw new IllegalArgumentException(
                        "%s[%d] is %s, expected a finite number".formatted(field, i, values[i]));
            }
        }
        return values;
    }

    private static float[] logProbs(String field, float[] values) {
        for (int i = 0; i < values.length; i++) {
            float value = values[i];
            if (!(value <= LOG_PROB_TOLERANCE && value >= -Float.MAX_VALUE)) {
                throw new IllegalArgumentException(
                        "%s[%d] is %s, expected a finite log-probability of 0 or less".formatted(field, i, value));
            }
        }
        return values;
    }

    private static int largest(String field, int[] ids) {
        int largest = 0;
        for (int i = 0; i < ids.length; i++) {
            if (ids[i] < 0) {
                throw new IllegalArgumentException(
                        "%s[%d] is %d, expected a token id of 0 or more".formatted(field, i, ids[i]));
            }
            largest = Math.max(largest, ids[i]);
        }
        return largest;
    }
}
