// SPDX-License-Identifier: Apache-2.0
package io.coffey.torch;

import ai.djl.ndarray.types.DataType;
import ai.djl.pytorch.engine.PtNDArray;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * An n-dimensional array in native memory: f32, f64 or i64 where Java reads it, anything while it only travels between
 * scripts. Owned by the {@link TensorScope} it was made in, and closed with it.
 */
public final class Tensor implements AutoCloseable {

    private final PtNDArray array;

    Tensor(PtNDArray array) {
        this.array = array;
    }

    /** Lengths of the axes; empty for a scalar. */
    public long[] shape() {
        return array.getShape().getShape();
    }

    /** Number of elements. */
    public long size() {
        return array.getShape().size();
    }

    /** The elements of an f32 tensor, row-major. */
    public float[] floatArray() {
        float[] values = new float[elements(DataType.FLOAT32)];
        bytes().asFloatBuffer().get(values);
        return values;
    }

    /** The elements of an f64 tensor, row-major. */
    public double[] doubleArray() {
        double[] values = new double[elements(DataType.FLOAT64)];
        bytes().asDoubleBuffer().get(values);
        return values;
    }

    /** The elements of an i64 tensor, row-major. */
    public long[] longArray() {
        long[] values = new long[elements(DataType.INT64)];
        bytes().asLongBuffer().get(values);
        return values;
    }

    /**
     * The elements of an i64 tensor, row-major, as ints.
     *
     * @throws ArithmeticException if one does not fit
     */
    public int[] intArray() {
        long[] wide = longArray();
        int[] values = new int[wide.length];
        for (int i = 0; i < wide.length; i++) {
            values[i] = Math.toIntExact(wide[i]);
        }
        return values;
    }

    /** The one element of an f32 or f64 tensor. */
    public double item() {
        if (size() != 1) {
            throw new IllegalArgumentException("item() of a tensor with " + size() + " elements: expected 1");
        }
        return array.getDataType() == DataType.FLOAT64 ? doubleArray()[0] : floatArray()[0];
    }

    /** Puts the raw elements, little-endian and row-major, at the target's position and moves that. */
    public void copyTo(ByteBuffer target) {
        target.put(array.toByteBuffer(true));
    }

    /** The size of the elements in bytes. */
    public long byteCount() {
        return size() * array.getDataType().getNumOfBytes();
    }

    /** Frees the native memory now; without it, the scope does. */
    @Override
    public void close() {
        array.close();
    }

    PtNDArray array() {
        return array;
    }

    private ByteBuffer bytes() {
        return array.toByteBuffer(false).order(ByteOrder.LITTLE_ENDIAN);
    }

    private int elements(DataType expected) {
        if (array.getDataType() != expected) {
            throw new IllegalArgumentException("tensor holds %s, read as %s".formatted(array.getDataType(), expected));
        }
        return Math.toIntExact(size());
    }

    @Override
    public String toString() {
        return array.getDataType() + " " + array.getShape();
    }
}
