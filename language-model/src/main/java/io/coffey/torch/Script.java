// SPDX-License-Identifier: Apache-2.0
package io.coffey.torch;

import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.engine.PtSymbolBlock;
import ai.djl.pytorch.jni.IValue;
import ai.djl.pytorch.jni.IValueUtils;
import ai.djl.pytorch.jni.JniUtils;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A compiled TorchScript text: methods over tensors, {@code def name(self, x: Tensor, w: List[Tensor]) -> ...}.
 *
 * <p>The text is what TorchScript archives hold: types are annotated, dtypes are numbers (f32 6, f64 7, i64 4), every
 * ATen operator is {@code torch.name}. {@code ${NAME}} stands for a constant given at compile time. Methods call each
 * other by {@code self.name(...)} and return a tensor, or tuples and lists of them, which come back as one flat list.
 *
 * <p>Stateless and shared by threads; lives as long as the process.
 */
public final class Script {

    private static final Pattern CONSTANT = Pattern.compile("\\$\\{(\\w+)}");

    private final String name;
    private final PtSymbolBlock module;

    private Script(String name, PtSymbolBlock module) {
        this.name = name;
        this.module = module;
    }

    /**
     * Compiles a text.
     *
     * @param name what errors call it
     * @param constants a value for each {@code ${NAME}} of the text
     * @throws IllegalArgumentException if the text does not compile (with torch's message, line and column), names a
     *     constant that is not given, or does not use one that is
     */
    public static Script compile(String name, String text, Map<String, ?> constants) {
        byte[] archive = archive(name, text, constants);
        Torch.prepareThread();
        try {
            return new Script(name, JniUtils.loadModule(Torch.root(), new ByteArrayInputStream(archive), true, false));
        } catch (EngineException e) {
            throw new IllegalArgumentException("script " + name + " does not compile: " + e.getMessage(), e);
        } catch (IOException e) {
            throw new UncheckedIOException("script " + name + " cannot be read", e);
        }
    }

    /**
     * The archive of a text as Python's {@code torch.jit.load} reads it: a module with the text's methods, and no
     * parameters.
     *
     * @param name what errors call it
     * @param constants a value for each {@code ${NAME}} of the text
     * @throws IllegalArgumentException if the text names a constant that is not given, or does not use one that is
     */
    public static byte[] archive(String name, String text, Map<String, ?> constants) {
        return ScriptArchive.of(substitute(name, text, constants));
    }

    /** Compiles a text that is a resource beside a class. */
    public static Script resource(Class<?> owner, String resource, Map<String, ?> constants) {
        try (InputStream stream = owner.getResourceAsStream(resource)) {
            if (stream == null) {
                throw new IllegalArgumentException("no script " + resource + " beside " + owner.getName());
            }
            return compile(resource, new String(stream.readAllBytes(), StandardCharsets.UTF_8), constants);
        } catch (IOException e) {
            throw new UncheckedIOException("script " + resource + " cannot be read", e);
        }
    }

    /**
     * Runs a method without recording gradients.
     *
     * @param scope owns the results
     * @param args in the method's order, each a {@link Tensor} or a {@code List<Tensor>}
     * @throws IllegalStateException with torch's message if the method fails
     */
    public List<Tensor> call(TensorScope scope, String method, Object... args) {
        Torch.prepareThread();
        IValue[] values = new IValue[args.length];
        try {
            for (int i = 0; i < args.length; i++) {
                values[i] = value(method, args[i]);
            }
            try (IValue result = IValueUtils.runMethod(module, method, values)) {
                return tensors(result.toNDList(scope.manager()));
            }
        } catch (EngineException e) {
            throw failed(method, e);
        } finally {
            for (IValue value : values) {
                if (value != null) {
                    value.close();
                }
            }
        }
    }

    /**
     * Runs a method and records it, so that {@link Gradients#backward} reaches the leaves among the arguments. The
     * arguments must belong to the calling thread, and lists must not be empty.
     *
     * @param scope owns the results
     * @param args in the method's order, each a {@link Tensor} or a {@code List<Tensor>}
     * @throws IllegalStateException with torch's message if the method fails
     */
    public List<Tensor> callWithGradient(TensorScope scope, String method, Object... args) {
        Torch.prepareThread();
        JniUtils.setGradMode(true);
        try (NDArray marker = scope.manager().zeros(new Shape(), DataType.FLOAT32)) {
            // The binding takes the method's name from an array's name, lists from names that are alike, and the
            // results' owner from the first array.
            marker.setName("module_method:" + method);
            NDList inputs = new NDList(marker);
            for (int i = 0; i < args.length; i++) {
                addNamed(inputs, method, args[i], i);
            }
            return tensors(IValueUtils.forward(module, inputs, true));
        } catch (EngineException e) {
            throw failed(method, e);
        } finally {
            JniUtils.setGradMode(false);
        }
    }

    private static void addNamed(NDList inputs, String method, Object argument, int index) {
        if (argument instanceof Tensor tensor) {
            tensor.array().setName(null);
            inputs.add(tensor.array());
            return;
        }
        PtNDArray[] arrays = arrays(method, argument);
        if (arrays.length == 0) {
            throw new IllegalArgumentException("argument %d of %s is an empty list".formatted(index, method));
        }
        for (PtNDArray array : arrays) {
            array.setName("list" + index + "[]");
            inputs.add(array);
        }
    }

    private static IValue value(String method, Object argument) {
        return argument instanceof Tensor tensor
                ? IValue.from(tensor.array())
                : IValue.listFrom(arrays(method, argument));
    }

    private static PtNDArray[] arrays(String method, Object argument) {
        if (!(argument instanceof List<?> list)) {
            throw new IllegalArgumentException("arguments of %s must be Tensor or List<Tensor>, found %s"
                    .formatted(method, argument.getClass().getName()));
        }
        PtNDArray[] arrays = new PtNDArray[list.size()];
        for (int i = 0; i < arrays.length; i++) {
            arrays[i] = ((Tensor) list.get(i)).array();
        }
        return arrays;
    }

    private static List<Tensor> tensors(NDList results) {
        List<Tensor> tensors = new ArrayList<>(results.size());
        for (NDArray result : results) {
            tensors.add(new Tensor((PtNDArray) result));
        }
        return tensors;
    }

    private IllegalStateException failed(String method, EngineException cause) {
        return new IllegalStateException(
                "%s of script %s failed: %s".formatted(method, name, cause.getMessage()), cause);
    }

    private static String substitute(String name, String text, Map<String, ?> constants) {
        Set<String> unused = new LinkedHashSet<>(constants.keySet());
        Matcher matcher = CONSTANT.matcher(text);
        String substituted = matcher.replaceAll(found -> {
            String constant = found.group(1);
            Object value = constants.get(constant);
            if (value == null) {
                throw new IllegalArgumentException(
                        "script %s uses ${%s}, given are %s".formatted(name, constant, constants.keySet()));
            }
            unused.remove(constant);
            return Matcher.quoteReplacement(value.toString());
        });
        if (!unused.isEmpty()) {
            throw new IllegalArgumentException("script " + name + " does not use the constants " + unused);
        }
        return substituted;
    }

    @Override
    public String toString() {
        return "script " + name;
    }
}
