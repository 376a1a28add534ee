// SPDX-License-Identifier: Apache-2.0
package io.coffey.torch;

import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.engine.PtNDManager;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.function.Consumer;

/**
 * Owner of native memory: every tensor made in a scope dies when the scope closes, unless another scope keeps it. Open
 * one per step in try-with-resources.
 */
public final class TensorScope implements AutoCloseable {

    private final PtNDManager manager;

    private TensorScope(PtNDManager manager) {
        this.manager = manager;
    }

    /** A scope of its own. */
    public static TensorScope open() {
        Torch.prepareThread();
        return new TensorScope(Torch.root().newSubManager(Torch.root().getDevice()));
    }

    /** A scope that closes with this one at the latest. */
    public TensorScope child() {
        return new TensorScope(manager.newSubManager(manager.getDevice()));
    }

    /** An f32 tensor, row-major. */
    public Tensor floats(float[] values, long... shape) {
        ByteBuffer buffer = buffer(values.length, Float.BYTES, shape);
        buffer.asFloatBuffer().put(values);
        return copy(buffer, DataType.FLOAT32, shape);
    }

    /** An f64 tensor, row-major. */
    public Tensor doubles(double[] values, long... shape) {
        ByteBuffer buffer = buffer(values.length, Double.BYTES, shape);
        buffer.asDoubleBuffer().put(values);
        return copy(buffer, DataType.FLOAT64, shape);
    }

    /** An i64 tensor, row-major. */
    public Tensor longs(long[] values, long... shape) {
        ByteBuffer buffer = buffer(values.length, Long.BYTES, shape);
        buffer.asLongBuffer().put(values);
        return copy(buffer, DataType.INT64, shape);
    }

    /** An i64 tensor, row-major, from ints. */
    public Tensor ints(int[] values, long... shape) {
        return longs(Arrays.stream(values).asLongStream().toArray(), shape);
    }

    /** An f64 number without axes; a script reads it by {@code float(x)}. */
    public Tensor scalar(double value) {
        return doubles(new double[] {value});
    }

    /** An i64 number without axes; a script reads it by {@code int(x)}. */
    public Tensor integer(long value) {
        return longs(new long[] {value});
    }

    /** An f32 tensor of zeros. */
    public Tensor zeros(long... shape) {
        return new Tensor((PtNDArray) manager.zeros(new Shape(shape), DataType.FLOAT32));
    }

    /**
     * An f32 tensor from raw little-endian bytes, row-major, read from the buffer's position, which moves behind them.
     *
     * @throws IllegalArgumentException if fewer bytes remain than the shape takes
     */
    public Tensor fromBytes(ByteBuffer littleEndian, long... shape) {
        int bytes = Math.toIntExact(new Shape(shape).size() * Float.BYTES);
        if (littleEndian.remaining() < bytes) {
            throw new IllegalArgumentException("a tensor of shape %s takes %d bytes, found %d"
                    .formatted(Arrays.toString(shape), bytes, littleEndian.remaining()));
        }
        ByteBuffer part = littleEndian.slice(littleEndian.position(), bytes);
        littleEndian.position(littleEndian.position() + bytes);
        return written(memory -> memory.put(part), shape);
    }

    /**
     * An f32 tensor whose elements are written straight into its memory, little-endian and row-major.
     *
     * @param writer fills the buffer, and keeps no reference to it
     * @throws IllegalArgumentException if it leaves room
     */
    public Tensor written(Consumer<ByteBuffer> writer, long... shape) {
        Shape axes = new Shape(shape);
        boolean own = manager.getDevice().isGpu();
        PtNDArray array = own ? null : manager.create(axes, DataType.FLOAT32);
        ByteBuffer memory = array == null
                ? ByteBuffer.allocateDirect(Math.toIntExact(axes.size() * Float.BYTES))
                : array.toByteBuffer(true);
        writer.accept(memory.order(ByteOrder.LITTLE_ENDIAN));
        if (memory.hasRemaining()) {
            throw new IllegalArgumentException("%d bytes of a tensor of shape %s were not written"
                    .formatted(memory.remaining(), Arrays.toString(shape)));
        }
        return array == null ? copy(memory.flip(), DataType.FLOAT32, shape) : new Tensor(array);
    }

    /** Moves a tensor from the scope that made it into this one, so that it lives as long as this scope. */
    public Tensor keep(Tensor tensor) {
        tensor.array().attach(manager);
        return tensor;
    }

    /**
     * A second handle on the same elements that records gradients as a leaf of its own, without any so far. Changes to
     * either's elements are seen by both.
     */
    public Tensor leaf(Tensor tensor) {
        PtNDArray leaf = (PtNDArray) tensor.array().stopGradient();
        leaf.attach(manager);
        leaf.setRequiresGradient(true);
        return new Tensor(leaf);
    }

    /** Tensors that this scope and its children own at present. */
    public int liveTensors() {
        return manager.getManagedArrays().size();
    }

    @Override
    public void close() {
        manager.close();
    }

    PtNDManager manager() {
        return manager;
    }

    private static ByteBuffer buffer(int values, int bytesPerValue, long[] shape) {
        if (new Shape(shape).size() != values) {
            throw new IllegalArgumentException(
                    "%d values do not fill a tensor of shape %s".formatted(values, Arrays.toString(shape)));
        }
        return ByteBuffer.allocateDirect(values * bytesPerValue).order(ByteOrder.LITTLE_ENDIAN);
    }

    /** The binding's array aliases the buffer; only its copy in native memory may outlive this method. */
    private Tensor copy(ByteBuffer direct, DataType type, long[] shape) {
        try (PtNDArray alias = manager.create(direct, new Shape(shape), type)) {
            return new Tensor((PtNDArray) alias.duplicate());
        }
    }
}
