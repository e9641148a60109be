package io.jacquard.contract;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jacquard.DType;
import io.jacquard.JacquardException;
import io.jacquard.expr.Program;
import io.jacquard.spi.Backend;
import io.jacquard.spi.Buffer;
import io.jacquard.spi.Device;
import io.jacquard.spi.ForwardingBackend;
import io.jacquard.spi.Gemm;
import io.jacquard.spi.Layout;
import io.jacquard.spi.Reduction;
import io.jacquard.spi.Scan;
import io.jacquard.spi.View;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.LongUnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** The contract can fail: each of these backends is wrong in one thing that real ones get wrong, and is found out. */
class FaultsTest {
  private abstract static class Faulty extends ForwardingBackend {
    Faulty() {
      super(new ReferenceBackend());
    }

    /** Changes one stored element, as raw bits. */
    void change(View view, long element, LongUnaryOperator how) {
      var elements = new Elements("a fault", view);
      if (element < elements.numel()) elements.set(element, how.applyAsLong(elements.get(element)));
    }
  }

  /** @param cases how the names of those cases begin that should find it */
  private record Fault(String what, Consumer<Cases> part, String cases, Backend backend) {}

  private static View contiguous(View view) {
    return new View(view.buffer(), view.dtype(),
        new Layout(view.shape(), Layout.contiguous(view.shape()).strides(), view.layout().offset()));
  }

  private static final List<Fault> FAULTS = List
      .of(new Fault("map is wrong in the last bit", ScalarOpContract::cases, "MUL float32", new Faulty() {
        @Override
        public void map(Program program, long[] params, View[] in, View[] out) {
          super.map(program, params, in, out);
          if (program.toString().contains("MUL") && out[0].dtype() == DType.FLOAT32)
            change(out[0], out[0].numel() - 1, bits -> bits ^ 1);
        }
      }), new Fault("exp is eight units off", ScalarOpContract::cases, "EXP float32", new Faulty() {
        @Override
        public void map(Program program, long[] params, View[] in, View[] out) {
          super.map(program, params, in, out);
          if (program.toString().contains("EXP ") && out[0].dtype() == DType.FLOAT32)
            for (long i = 0; i < out[0].numel(); i++)
              change(out[0], i, bits -> bits << 33 == 0 ? bits : bits + 8);
        }
      }), new Fault("NaN is lost in max", ScalarOpContract::cases, "MAX float32", new Faulty() {
        @Override
        public void map(Program program, long[] params, View[] in, View[] out) {
          super.map(program, params, in, out);
          if (program.toString().contains("MAX") && out[0].dtype() == DType.FLOAT32)
            for (long i = 0; i < out[0].numel(); i++)
              change(out[0], i, bits -> Float.isNaN(Float.intBitsToFloat((int) bits)) ? 0 : bits);
        }
      }), new Fault("input strides are ignored", CastContract::cases, "CAST", new Faulty() {
        @Override
        public void map(Program program, long[] params, View[] in, View[] out) {
          super.map(program, params, Stream.of(in)
              .map(v -> v.layout().isBroadcast() || v.layout().lowest() < v.layout().offset()
                  ? v
                  : contiguous(v))
              .toArray(View[]::new), out);
        }
      }), new Fault("a tail is written whole", MapContract::cases, "map in place", new Faulty() {
        @Override
        public void map(Program program, long[] params, View[] in, View[] out) {
          super.map(program, params, in, out);
          var beyond = (out[0].layout().end() + 1) * out[0].dtype().bytes();
          if (beyond <= out[0].buffer().bytes())
            inner.upload(MemorySegment.ofArray(new byte[out[0].dtype().bytes()]), out[0].buffer(),
                beyond - out[0].dtype().bytes());
        }
      }), new Fault("random numbers depend on the layout", MapContract::cases, "UNIFORM seed", new Faulty() {
        @Override
        public void map(Program program, long[] params, View[] in, View[] out) {
          boolean transposed = out[0].layout().equals(Lay.TRANSPOSED.of(out[0].shape()));
          super.map(program, params, in, transposed ? new View[]{contiguous(out[0])} : out);
        }
      }), new Fault("accumulate is ignored", ReduceContract::cases, "SUM float32 [31, 70]", new Faulty() {
        @Override
        public void reduce(Reduction how, Program each, long[] params, View[] in, int[] axes, View[] out) {
          super.reduce(Reduction.of(how.fold()), each, params, in, axes, out);
        }
      }), new Fault("one element of a sum is dropped", ReduceContract::cases, "SUM float32", new Faulty() {
        @Override
        public void reduce(Reduction how, Program each, long[] params, View[] in, int[] axes, View[] out) {
          boolean applies = in[0].dtype() == DType.FLOAT32 && in[0].numel() == 40_000
              && in[0].layout().isContiguous();
          super.reduce(how, each, params, applies
              ? Stream.of(in).map(v -> shortened(v, axes[0])).toArray(View[]::new)
              : in, axes, out);
        }

        private View shortened(View view, int axis) {
          return new View(view.buffer(), view.dtype(),
              new Layout(view.shape().with(axis, view.shape().size(axis) - 1),
                  view.layout().strides(), view.layout().offset()));
        }
      }), new Fault("results differ from call to call", ReduceContract::cases, "SUM float32", new Faulty() {
        private int calls;

        @Override
        public void reduce(Reduction how, Program each, long[] params, View[] in, int[] axes, View[] out) {
          super.reduce(how, each, params, in, axes, out);
          if (calls++ % 2 == 0 && how.fold() == Reduction.Fold.SUM && out[0].dtype() == DType.FLOAT32)
            change(out[0], 0, bits -> bits << 33 == 0 ? bits : bits ^ 1);
        }
      }), new Fault("beta 0 reads what C held", MatmulContract::cases, "matmul float32", new Faulty() {
        @Override
        public void matmul(Gemm how, long[] params, View a, View b, View[] extra, View[] out) {
          super.matmul(
              how.epilogue() == null
                  ? new Gemm(how.alpha(), how.beta() == 0 ? 1e-300 : how.beta(), null)
                  : how,
              params, a, b, extra, out);
        }
      }), new Fault("the last of K is left out", MatmulContract::cases, "matmul float32", new Faulty() {
        @Override
        public void matmul(Gemm how, long[] params, View a, View b, View[] extra, View[] out) {
          long k = a.shape().size(-1);
          int rank = a.shape().rank();
          super.matmul(how, params, k > 256 ? part(a, rank - 1, k - 1) : a,
              k > 256 ? part(b, rank - 2, k - 1) : b, extra, out);
        }

        private View part(View view, int dim, long size) {
          return new View(view.buffer(), view.dtype(),
              new Layout(view.shape().with(dim, size), view.layout().strides(), view.layout().offset()));
        }
      }), new Fault("the table is not checked against the index", RowsContract::cases, "gather int64 index",
          new Faulty() {
            @Override
            public void gather(View table, View index, View out) {
              try {
                super.gather(table, index, out);
              } catch (JacquardException _) {
                // as a kernel without bounds would
              }
            }
          }), new Fault("rows are added in another order", RowsContract::cases, "scatterAdd float32",
              new Faulty() {
                @Override
                public void scatterAdd(View index, View rows, View table) {
                  super.scatterAdd(backwards(index), backwards(rows), table);
                }

                private View backwards(View view) {
                  long n = view.shape().size(0);
                  var strides = view.layout().strides().clone();
                  long offset = view.layout().offset() + Math.max(0, n - 1) * strides[0];
                  strides[0] = -strides[0];
                  return new View(view.buffer(), view.dtype(), new Layout(view.shape(), strides, offset));
                }
              }),
          new Fault("a running maximum forgets NaN", LineContract::cases, "scan MAX float32", new Faulty() {
            @Override
            public void scan(Scan how, int axis, View in, View out) {
              super.scan(how, axis, in, out);
              if (how == Scan.MAX && out.dtype() == DType.FLOAT32)
                change(out, out.numel() - 1,
                    bits -> Float.isNaN(Float.intBitsToFloat((int) bits)) ? 0 : bits);
            }
          }), new Fault("a descending sort is an ascending one backwards", LineContract::cases,
              "argsort descending", new Faulty() {
                @Override
                public void argsort(boolean descending, int axis, View in, View indexOut) {
                  var strides = indexOut.layout().strides().clone();
                  long offset = indexOut.layout().offset();
                  if (descending) {
                    offset += Math.max(0, indexOut.shape().size(axis) - 1) * strides[axis];
                    strides[axis] = -strides[axis];
                  }
                  super.argsort(false, axis, in,
                      new View(indexOut.buffer(), indexOut.dtype(),
                          new Layout(indexOut.shape(), strides, offset)));
                }
              }),
          new Fault("an upload keeps its source", MemoryContract::cases, "upload", new Faulty() {
            @Override
            public void upload(MemorySegment from, Buffer to, long offset) {
              super.upload(from, to, offset);
              kept = from;
            }

            private MemorySegment kept = MemorySegment.NULL;

            @Override
            public void download(Buffer from, long offset, MemorySegment to) {
              if (kept.byteSize() == from.bytes()) super.upload(kept, from, 0);
              super.download(from, offset, to);
            }
          }), new Fault("an offset counts words", MemoryContract::cases, "download", new Faulty() {
            @Override
            public void download(Buffer from, long offset, MemorySegment to) {
              super.download(from, offset & ~(ValueLayout.JAVA_INT.byteSize() - 1), to);
            }
          }));

  @TestFactory
  Stream<DynamicTest> faultsAreFound() {
    return FAULTS.stream()
        .map(fault -> DynamicTest.dynamicTest(fault.what,
            () -> assertTrue(anyFails(fault), "no case failed")));
  }

  private static boolean anyFails(Fault fault) {
    var cases = new Cases(new Device(fault.backend), new OpTable());
    fault.part.accept(cases);
    return cases.stream().filter(test -> test.getDisplayName().startsWith(fault.cases))
        .anyMatch(FaultsTest::fails);
  }

  private static boolean fails(DynamicTest test) {
    try {
      test.getExecutable().execute();
      return false;
    } catch (AssertionError _) {
      return true;
    } catch (Throwable e) {
      throw new IllegalStateException("the fault itself failed in " + test.getDisplayName(), e);
    }
  }
}
