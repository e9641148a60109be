/** That the examples in Javadoc are Java, and compile: {@link io.jacquard.examples.JavadocExamples}. */
package io.jacquard.examples;
