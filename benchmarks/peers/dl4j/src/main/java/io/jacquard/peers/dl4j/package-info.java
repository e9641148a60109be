/** Deeplearning4j as a contestant of {@code jacquard bench peers}. */
package io.jacquard.peers.dl4j;
