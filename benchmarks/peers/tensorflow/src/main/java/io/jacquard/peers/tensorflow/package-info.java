/** TensorFlow as a contestant of {@code jacquard bench peers}. */
package io.jacquard.peers.tensorflow;
