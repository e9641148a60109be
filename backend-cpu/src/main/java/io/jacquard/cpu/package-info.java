/**
 * The backend that runs on the cores of the host, with the Vector API. One package, since nothing in it but its provider is
 * for others. What stands where:
 *
 * <ul>
 *   <li>The entrance: {@code CpuProvider} announces, {@code CpuBackend} takes each call of the SPI and hands it on. {@code Form}
 *       says whether float32 goes by vectors ({@code VectorForm}, {@code VectorComposites}) or by plain loops ({@code PlainForm}).
 *   <li>Memory: {@code Memory}, {@code CpuBuffer}, {@code LiveBlocks} (checked mode); working memory of a thread ({@code Scratch})
 *       and of an operation ({@code Workspace}); loops over layouts ({@code Nest}, {@code RowWalk}, {@code Strided}).
 *   <li>Threads: {@code Workers}, and nowhere else.
 *   <li>Maps: {@code Maps} and {@code MapPlan} find the loops, {@code KernelWriter} writes a class for a program,
 *       {@code Interpreter} is its reference. Scalars: {@code FloatMath}, {@code VectorMath}, {@code DoubleMath},
 *       {@code IntegerMath}, {@code BoolMath}, {@code Casts}.
 *   <li>Reductions: {@code Reduces}, {@code ReducePlan}, {@code Folds}, {@code FloatFolds}.
 *   <li>Products: {@code Products}, {@code Matmul}, {@code MatmulPlan}, {@code MatmulTask}, {@code Panels}, {@code Packing}; the innermost tile is written by
 *       {@code MicroKernelWriter}; {@code ArrayMatmul} and {@code PlainMatmul} are the forms without vectors.
 *   <li>Convolutions: {@code ConvolutionPaths} chooses among {@code Gather} and {@code Scatter} (tables of offsets),
 *       {@code Winograd}, {@code NarrowConvolutions}, {@code PointwiseProducts} and {@code Depthwise}.
 *   <li>Whole operations: {@code Softmaxes}, {@code LayerNorms}, {@code BatchNorms}, {@code Attention}, {@code Recurrences}. Their innermost loops
 *       are the classes whose names end in {@code Rows} or {@code Columns}, made ready for C2 by {@code LoopWriter}.
 *   <li>The rest of the SPI: {@code Rows} (gather, scatter-add), {@code Lines} (scan, argsort), {@code Random}.
 *   <li>Compiling: {@code KernelCompiler} has classes written and warmed, {@code UntilCompiled} tells when C2 is done.
 * </ul>
 */
@NullMarked
package io.jacquard.cpu;

import org.jspecify.annotations.NullMarked;
