package io.jacquard.cpu;

import io.jacquard.examples.ExamplesContract;

/** The examples in this module's Javadoc. */
class CpuExamplesTest extends ExamplesContract {}
