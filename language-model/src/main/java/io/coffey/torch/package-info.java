// SPDX-License-Identifier: Apache-2.0
/**
 * Tensors and TorchScript texts in libtorch: the one package that touches the native engine (DJL's binding of it).
 *
 * <p>All mathematics is TorchScript text that a {@link Script} compiles at run time; Java owns the tensors and passes
 * them in. The rest of the project sees {@link Torch}, {@link Device}, {@link TensorScope}, {@link Tensor},
 * {@link Script} and {@link Gradients}, and none of the traps that these hold shut:
 *
 * <ul>
 *   <li>Arrays made by the binding alias a Java buffer that dies with their handle, while views and autograd still
 *       point at it. Every tensor of a {@code TensorScope} is a copy in native memory.
 *   <li>The binding's own operators take numbers by such aliases and give silently wrong gradients. No operator of the
 *       binding is used; arithmetic is in scripts.
 *   <li>Results attach to whichever array the binding thinks came first, and leak if that one lives long. Results of a
 *       {@code Script} belong to the scope given to the call.
 *   <li>Gradient recording is on in every new thread. Each entry point switches it off for its thread, and
 *       {@link Script#callWithGradient} switches it on for the length of the call.
 *   <li>The binding's gradient collector is a process-wide singleton; {@link Gradients} has no state.
 *   <li>Creating a bfloat16 or 16-bit integer array through the binding ends the process; only f32, f64 and i64 are
 *       made here, and other types only inside scripts.
 *   <li>Results of a {@link Script#call} come from torch's inference mode: they cannot take part in a gradient as
 *       something to be saved for backward, nor be changed in place outside a {@code call}.
 * </ul>
 *
 * <p>Scopes and tensors belong to one thread at a time; scripts are stateless and shared by threads.
 */
@NullMarked
package io.coffey.torch;

import org.jspecify.annotations.NullMarked;
