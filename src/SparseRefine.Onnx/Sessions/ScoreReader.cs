using System.Runtime.InteropServices;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;
using SparseRefine.Images;

namespace SparseRefine.Onnx.Sessions;

/// <summary>Copies a score tensor into logit maps, once, one for each photo of the batch.</summary>
internal static class ScoreReader
{
    // The last parameter gives an array of exactly a length, whose contents are arbitrary.
    public static LogitMap[] Read(
        OrtValue value, int photos, FeatureMap?[] features, string file, string output, ScoreKind kind, Func<int, float[]> rent)
    {
        OrtTensorTypeAndShapeInfo info = value.GetTensorTypeAndShape();
        long[] shape = info.Shape;
        if (shape.Length != 4 || shape[0] != photos || shape[1] is < 2 or > 255 || shape[2] < 1 || shape[3] < 1)
        {
            throw new InvalidInputException(
                file, $"output '{output}' to be [{photos}, 2 to 255 classes, height, width]", $"[{string.Join(", ", shape)}]");
        }

        var maps = new LogitMap[photos];
        int length = checked((int)(info.ElementCount / photos));
        for (int i = 0; i < photos; i++)
        {
            float[] values = rent(length);
            Copy(value, info.ElementDataType, checked(i * length), values);
            maps[i] = ScoreConversion.ToLogits(
                values, (int)shape[1], (int)shape[2], (int)shape[3], kind, $"{file}: output '{output}'", features[i]);
        }

        return maps;
    }

    public static FeatureMap[] ReadFeatures(OrtValue value, int photos, string file, string output)
    {
        OrtTensorTypeAndShapeInfo info = value.GetTensorTypeAndShape();
        long[] shape = info.Shape;
        if (shape.Length != 4 || shape[0] != photos || shape.Any(side => side < 1)
            || info.ElementDataType is not (TensorElementType.Float or TensorElementType.Float16))
        {
            throw new InvalidInputException(
                file,
                $"'{output}' to be float32 or float16 [{photos}, channels, height, width]",
                $"{info.ElementDataType} [{string.Join(", ", shape)}]");
        }

        var maps = new FeatureMap[photos];
        int length = checked((int)(info.ElementCount / photos));
        for (int i = 0; i < photos; i++)
        {
            float[] values = GC.AllocateUninitializedArray<float>(length);
            Copy(value, info.ElementDataType, checked(i * length), values);
            try
            {
                maps[i] = new FeatureMap(values, (int)shape[1], (int)shape[2], (int)shape[3]);
            }
            catch (InvalidInputException e)
            {
                throw new InvalidInputException($"{file}: output '{output}'", e);
            }
        }

        return maps;
    }

    private static void Copy(OrtValue value, TensorElementType type, int first, float[] values)
    {
        if (type != TensorElementType.Float16)
        {
            value.GetTensorDataAsSpan<float>().Slice(first, values.Length).CopyTo(values);
            return;
        }

        ReadOnlySpan<Half> halves = MemoryMarshal.Cast<Float16, Half>(value.GetTensorDataAsSpan<Float16>())[first..];
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = (float)halves[i];
        }
    }
}
