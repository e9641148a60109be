package io.jacquard.kernels;

import io.jacquard.DType;
import io.jacquard.expr.Program;
import io.jacquard.expr.Scalar;
import io.jacquard.expr.ScalarOp;
import io.jacquard.expr.Trace;
import io.jacquard.kernels.ConvolutionKernel.Copies;
import io.jacquard.kernels.MatmulKernel.Unit;
import io.jacquard.ops.RecurrentCell;
import io.jacquard.spi.Reduction;
import io.jacquard.spi.Reduction.Fold;
import io.jacquard.spi.Scan;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Kernels of every family and type, for compilers. */
final class Samples {
  /** How names of kernels begin that are made for CPUs alone: they compile for GPUs, with too many registers. */
  static final String FOR_CPU = "cpu_";

  private Samples() {}

  /** By a name that is a C identifier. */
  static Map<String, KernelSource> all() {
    var all = new LinkedHashMap<String, KernelSource>();
    for (var type : List.of(DType.FLOAT32, DType.FLOAT64, DType.INT32, DType.INT64, DType.UINT8))
      all.put("map_every_op_" + type,
          MapKernel.flat(everyOp(type), new boolean[]{false, true, false}, false, 256));
    for (var from : DType.values())
      all.put("map_casts_" + from, MapKernel.strided(casts(from), 3, true, 256));
    all.put(FOR_CPU + "map_runs",
        MapKernel.runs(everyOp(DType.FLOAT32), List.of(true, false, true), 2, false, 8));
    all.put("map_dropout", MapKernel.strided(dropout(), 2, false, 256));
    all.put("map_batch_norm", MapKernel.strided(batchNorm(), 2, false, 256));
    for (var fold : Fold.values()) {
      for (var form : ReduceKernel.Form.values()) {
        var reduce = reduce(fold, form);
        if (form.isForCpu()) {
          var vectors = new ReduceKernel(Reduction.of(fold), moments(), moments(fold), 2,
              form.isRows() ? 1 : 2, form,
              List.of(true, false), true, false, 64);
          all.put(FOR_CPU + "reduce_vectors_" + fold + "_" + form, vectors.source());
        }
        boolean forCpu = form.isForCpu();
        all.put((forCpu ? FOR_CPU : "") + "reduce_" + fold + "_" + form, reduce.source());
        if (!forCpu) all.put("reduce_combine_" + fold + "_" + form, reduce.combine());
      }
    }
    all.put("matmul_direct", matmul(DType.FLOAT32, new MatmulTile(false, 64, 1, 4, 4, 1)));
    all.put("matmul_tiled", matmul(DType.FLOAT32, new MatmulTile(true, 16, 16, 4, 4, 16)));
    all.put("matmul_large", matmul(DType.FLOAT32, new MatmulTile(true, 16, 16, 8, 8, 16)));
    all.put("matmul_vectors", matmul(DType.FLOAT32, new MatmulTile(true, 16, 8, 4, 8, 16, 4, 4, 4)));
    for (var half : List.of(DType.BFLOAT16, DType.FLOAT16)) {
      all.put("matmul_" + half, matmul(half, new MatmulTile(true, 16, 8, 4, 8, 16, 4, 4, 4)));
      all.put("convolution_tiled_" + half,
          new ConvolutionKernel(half, half, 2, false, true, false, new MatmulTile(true, 16, 16, 4, 4, 16))
              .tiled());
      all.put("convolution_tiled_chunk_" + half,
          new ConvolutionKernel(half, DType.FLOAT32, 2, true, false, false,
              new MatmulTile(true, 16, 16, 4, 4, 16)).tiled());
    }
    all.put("matmul_float64", matmul(DType.FLOAT64, new MatmulTile(true, 16, 16, 4, 4, 16)));
    all.put("matmul_int64", matmul(DType.INT64, new MatmulTile(true, 16, 16, 4, 4, 16)));
    all.put(FOR_CPU + "matmul", new MatmulKernel(DType.FLOAT32, null, new MatmulTile(false, 2, 1, 2, 16, 1),
        Unit.COLUMN, Unit.COLUMN, 1, true, true, false).source());
    for (var type : List.of(DType.FLOAT32, DType.INT64)) {
      var rows = new RowsKernel(type, DType.INT64, 2, false, 256);
      all.put("check_" + type, rows.check());
      all.put("gather_" + type, rows.gather());
      all.put("scatter_columns_" + type, rows.scatterColumns());
      all.put("scatter_sorted_" + type, rows.scatterSorted());
      var lines = new LinesKernel(type, 2, false, 64);
      all.put("scan_items_" + type, lines.scan(Scan.SUM, false));
      all.put("scan_groups_" + type, lines.scan(Scan.MAX, true));
      all.put("sort_blocks_" + type, lines.sortBlocks(false));
      all.put("sort_merge_" + type, lines.sortMerge(true));
      all.put("sort_store_" + type, lines.sortStore());
    }
    var tiled = new MatmulTile(true, 16, 16, 4, 4, 16);
    all.put("convolution_tiled_1",
        new ConvolutionKernel(DType.FLOAT32, DType.FLOAT32, 1, false, false, false, tiled).tiled());
    all.put("convolution_tiled_2",
        new ConvolutionKernel(DType.FLOAT32, DType.FLOAT32, 2, false, true, false, tiled).tiled());
    all.put("convolution_tiled_3",
        new ConvolutionKernel(DType.FLOAT32, DType.FLOAT32, 3, true, false, true, tiled).tiled());
    var vectors = new MatmulTile(false, 2, 1, 2, 16, 1);
    all.put(FOR_CPU + "convolution",
        new ConvolutionKernel(DType.FLOAT32, DType.FLOAT32, 2, false, true, false, vectors).vectors());
    all.put(FOR_CPU + "convolution_weight",
        new ConvolutionKernel(DType.FLOAT64, DType.FLOAT64, 3, true, false, false, vectors).weightVectors());
    for (var kind : PoolKernel.Kind.values()) {
      all.put("pool_" + kind, pool(kind, DType.FLOAT32, 1, false));
      all.put("pool_wide_" + kind, pool(kind, DType.FLOAT64, 1, true));
      all.put(FOR_CPU + "pool_" + kind, pool(kind, DType.FLOAT32, PoolKernel.LANES, false));
    }
    attention(all);
    recurrence(all);
    for (var form : NormKernel.Form.values()) {
      var norm = new NormKernel(DType.FLOAT32, 2, form, false, 64);
      var name = (form == NormKernel.Form.VECTORS ? FOR_CPU : "") + form + "_";
      all.put(name + "softmax", norm.softmax(false));
      all.put(name + "log_softmax", norm.softmax(true));
      all.put(name + "cross_entropy", norm.crossEntropy(DType.INT64));
      all.put(name + "layer_norm", norm.layerNorm(2));
      all.put(name + "layer_norm_backward", norm.layerNormBackward(true));
    }
    return all;
  }

  private static void attention(Map<String, KernelSource> all) {
    for (var kind : AttentionKernel.Kind.values()) {
      all.put("attention_" + kind, new AttentionKernel(DType.FLOAT32, kind, null, true, true, 2, true, false,
          AttentionTile.shared(16, 4, 64)).source());
      all.put(FOR_CPU + "attention_" + kind,
          new AttentionKernel(DType.FLOAT32, kind, DType.BOOL, true, true, 1,
              false, false, AttentionTile.vectors(DType.FLOAT32, 64)).source());
    }
    all.put("attention_float64",
        new AttentionKernel(DType.FLOAT64, AttentionKernel.Kind.KEY, DType.FLOAT64, false,
            false, 1, false, true, AttentionTile.shared(16, 2, 64)).source());
  }

  private static void recurrence(Map<String, KernelSource> all) {
    for (var cell : RecurrentCell.values()) {
      for (boolean backward : new boolean[]{false, true}) {
        var name = cell.label() + (backward ? "_backward" : "");
        all.put(name,
            new RecurrentKernel(DType.FLOAT32, cell, backward, !backward, backward && cell.hasCellState(),
                true, false, false,
                false, 64).source());
        all.put(FOR_CPU + name,
            new RecurrentKernel(DType.FLOAT32, cell, backward, !backward, false, false, true,
                true, false, 1).source());
      }
    }
    all.put("lstm_float64",
        new RecurrentKernel(DType.FLOAT64, RecurrentCell.LSTM, false, true, false, false, true,
            false, true, 128).source());
  }

  /** One output for each operation that the type has. */
  private static Program everyOp(DType type) {
    return Program.ofAll(in -> {
      var out = new ArrayList<Scalar>();
      var a = in[0];
      var b = in[1];
      out.addAll(
          List.of(a.neg(), a.abs(), a.sign(), a.floor(), a.ceil(), a.round(), a.trunc(), a.add(b), a.sub(b),
              a.mul(b), a.div(b), a.min(b), a.max(b), a.eq(b), a.ne(b), a.lt(b), a.le(b),
              a.lt(b).where(a, in[2])));
      if (ScalarOp.AND.accepts(type)) out.addAll(List.of(a.and(b), a.or(b), a.xor(b)));
      if (type.isFloating())
        out.addAll(
            List.of(a.sqrt(), a.rsqrt(), a.exp(), a.expm1(), a.log(), a.log1p(), a.sin(), a.cos(), a.tanh(),
                a.sigmoid(), a.erf(), a.pow(b), a.mul(b).add(in[2])));
      return out.toArray(Scalar[]::new);
    }, type, type, type);
  }

  private static Program casts(DType from) {
    return Program.ofAll(in -> {
      var out = new ArrayList<Scalar>();
      for (var to : DType.values()) out.add(in[0].to(to));
      return out.toArray(Scalar[]::new);
    }, from);
  }

  private static Program dropout() {
    var trace = new Trace(List.of(DType.FLOAT32, DType.INT64));
    return trace.program(trace.uniform(0, 1, 1).lt(0.8).where(trace.input(0).mul(1.25),
        trace.constant(DType.FLOAT32, 0)));
  }

  /** Of an element, and its channel's mean, 1 / deviation, weight and bias. */
  private static Program batchNorm() {
    var t = DType.FLOAT32;
    return Program.ofAll(in -> new Scalar[]{in[0].sub(in[1]).mul(in[2]).mul(in[3]).add(in[4])}, t, t, t, t,
        t);
  }

  /** A program that vectors can compute. */
  private static Program moments() {
    return Program.ofAll(in -> new Scalar[]{in[0].sub(in[1]).neg().exp(), in[0].mul(in[1]).add(2)},
        DType.FLOAT32,
        DType.FLOAT32);
  }

  private static List<DType> moments(Fold fold) {
    var type = new FoldWriter(fold, DType.FLOAT32, 0).resultType();
    return List.of(type, type);
  }

  private static ReduceKernel reduce(Fold fold, ReduceKernel.Form form) {
    var program = Program.ofAll(in -> new Scalar[]{in[0].sub(in[1]).square(), in[2]}, DType.FLOAT32,
        DType.FLOAT32,
        DType.INT32);
    var results = List.of(new FoldWriter(fold, DType.FLOAT32, 0).resultType(),
        new FoldWriter(fold, DType.INT32, 1).resultType());
    return new ReduceKernel(Reduction.of(fold), program, results, 2,
        form.isRows() ? 1 : 2, form, List.of(true, false, true), true, false, 64);
  }

  /** Of images that lie channels-last. */
  private static KernelSource pool(PoolKernel.Kind kind, DType type, int lanes, boolean wide) {
    return new PoolKernel(kind, type, 4, List.of(1, 2), lanes, lanes == 1 || kind.hasTaps(), wide,
        lanes == 1 ? 256 : 8).source();
  }

  /** Kernels with NVIDIA's instruction, which other compilers do not know, and sm_75 does not. */
  static Map<String, KernelSource> tensorCores() {
    var all = new LinkedHashMap<String, KernelSource>();
    all.put("matmul_matrix", matrix(MatrixInstruction.NVIDIA));
    for (var type : List.of(DType.FLOAT32, DType.BFLOAT16, DType.FLOAT16)) {
      var name = "convolution_matrix_" + type;
      all.put(name, convolution(type, false, new Copies(true, false, true)));
      all.put(name + "_input", convolution(type, false, new Copies(true, true, true)));
      all.put(name + "_weight", convolution(type, true, new Copies(true, false, true)));
      for (var kind : AttentionKernel.Kind.values())
        all.put("attention_matrix_" + type + "_" + kind, attention(type, kind, 64, true));
    }
    all.put("convolution_matrix_single", convolution(DType.BFLOAT16, false, new Copies(false, false, false)));
    for (var kind : AttentionKernel.Kind.values())
      all.put("attention_matrix_128_" + kind, attention(DType.BFLOAT16, kind, 128, true));
    all.put("attention_matrix_single", attention(DType.BFLOAT16, AttentionKernel.Kind.KEY, 64, false));
    return all;
  }

  private static KernelSource convolution(DType type, boolean weight, Copies copies) {
    return new ConvolutionKernel(type, weight ? DType.FLOAT32 : type, 2, weight, false, false,
        ConvolutionKernel.WIDE_MATRIX).matrix(MatrixInstruction.NVIDIA, copies);
  }

  private static KernelSource attention(DType type, AttentionKernel.Kind kind, long columns, boolean vector) {
    return new AttentionKernel(type, kind, null, true, !vector, 2, vector, false,
        AttentionTile.matrix(columns))
        .matrix(MatrixInstruction.NVIDIA, vector, columns);
  }

  /** With the instruction of one vendor, which others' compilers do not know. */
  static KernelSource matrix(MatrixInstruction instruction) {
    return new MatmulKernel(DType.FLOAT16, null, MatrixInstruction.TILE, Unit.COLUMN, Unit.ROW, 1, false,
        false, false,
        instruction).source();
  }

  private static KernelSource matmul(DType type, MatmulTile tile) {
    var epilogue = Program.ofAll(in -> new Scalar[]{in[0].add(in[1]).max(0).to(type), in[0]},
        type.computeType(), type);
    return new MatmulKernel(type, epilogue, tile, Unit.COLUMN, Unit.ROW, 1, true, false, false).source();
  }
}
