package io.jacquard.tensor;

/** Where a tensor's gradient goes: to the operation that made it, or to a leaf that collects it. */
abstract sealed class Source permits Node, Leaf {}
