package io.jacquard.cuda;

import io.jacquard.examples.ExamplesContract;

/** The examples in this module's Javadoc. */
class CudaExamplesTest extends ExamplesContract {}
