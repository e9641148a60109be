/** ONNX Runtime as a contestant of {@code jacquard bench peers}: it only infers. */
package io.jacquard.peers.onnxruntime;
