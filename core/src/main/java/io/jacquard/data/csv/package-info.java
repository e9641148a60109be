/** Tables from CSV files, and how their columns become numbers to train with. */
@NullMarked
package io.jacquard.data.csv;

import org.jspecify.annotations.NullMarked;
