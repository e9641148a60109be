/** Texts as numbers: vocabularies, and data sets in which the next token is to be predicted. */
@NullMarked
package io.jacquard.data.text;

import org.jspecify.annotations.NullMarked;
