package io.jacquard.peers.onnxruntime;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;

/**
 * A model in ONNX's format, built node by node; one input "x" and one output "y", all in float32. The numbers of the
 * fields are those of {@code onnx.proto}, version 1.16 of ONNX.
 *
 * <pre>{@code
 * byte[] file = new OnnxModel().initializer("w", weights, 10, 20)
 *     .node("MatMul", List.of("x", "w"), "y").bytes(List.of(1, 10), List.of(1, 20));
 * }</pre>
 */
final class OnnxModel {
  private static final int FLOAT = 1;
  private static final int OPSET = 17;
  private static final int IR_VERSION = 8;

  /** An attribute that is a whole number. */
  record Int(String name, long value) {}

  /** An attribute that is a list of whole numbers. */
  record Ints(String name, List<Long> values) {}

  private interface Fields {
    void write(CodedOutputStream out) throws IOException;
  }

  private final ByteString.Output graph = ByteString.newOutput();

  OnnxModel initializer(String name, float[] values, int... sizes) {
    var raw = ByteBuffer.allocate(4 * values.length).order(ByteOrder.LITTLE_ENDIAN);
    raw.asFloatBuffer().put(values);
    return add(5, message(tensor -> {
      for (int size : sizes) tensor.writeInt64(1, size);
      tensor.writeInt32(2, FLOAT);
      tensor.writeString(8, name);
      tensor.writeByteArray(9, raw.array());
    }));
  }

  /** @param attributes each an {@link Int} or {@link Ints} */
  OnnxModel node(String operator, List<String> inputs, String output, Record... attributes) {
    return add(1, message(node -> {
      for (var input : inputs) node.writeString(1, input);
      node.writeString(2, output);
      node.writeString(4, operator);
      for (var attribute : attributes) node.writeBytes(5, attribute(attribute));
    }));
  }

  private static ByteString attribute(Record attribute) {
    return message(out -> {
      switch (attribute) {
        case Int(var name, var value) -> {
          out.writeString(1, name);
          out.writeInt64(3, value);
          out.writeEnum(20, 2);
        }
        case Ints(var name, var values) -> {
          out.writeString(1, name);
          for (long value : values) out.writeInt64(8, value);
          out.writeEnum(20, 7);
        }
        default -> throw new IllegalArgumentException("no attribute: " + attribute);
      }
    });
  }

  /** The file. */
  byte[] bytes(List<Integer> input, List<Integer> output) {
    add(2, ByteString.copyFromUtf8("work"));
    add(11, value("x", input));
    add(12, value("y", output));
    return message(model -> {
      model.writeInt64(1, IR_VERSION);
      model.writeBytes(7, graph.toByteString());
      model.writeBytes(8, message(opset -> opset.writeInt64(2, OPSET)));
    }).toByteArray();
  }

  private static ByteString value(String name, List<Integer> sizes) {
    var shape = message(dims -> {
      for (int size : sizes) dims.writeBytes(1, message(dim -> dim.writeInt64(1, size)));
    });
    var tensor = message(type -> {
      type.writeInt32(1, FLOAT);
      type.writeBytes(2, shape);
    });
    return message(value -> {
      value.writeString(1, name);
      value.writeBytes(2, message(type -> type.writeBytes(1, tensor)));
    });
  }

  private OnnxModel add(int field, ByteString value) {
    try {
      message(out -> out.writeBytes(field, value)).writeTo(graph);
      return this;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static ByteString message(Fields fields) {
    var bytes = ByteString.newOutput();
    try {
      var out = CodedOutputStream.newInstance(bytes);
      fields.write(out);
      out.flush();
      return bytes.toByteString();
    } catch (IOException e) {
      throw new UncheckedIOException(e); // cannot happen in memory
    }
  }
}
