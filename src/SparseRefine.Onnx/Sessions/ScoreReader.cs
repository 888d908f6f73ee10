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
        OrtValue value,
        int photos,
        FeatureMap?[] features,
        string file,
        string output,
        Func<long[], TensorLayout> layoutOf,
        ScoreKind kind,
        Func<int, float[]> rent)
    {
        OrtTensorTypeAndShapeInfo info = value.GetTensorTypeAndShape();

        // Planes without an axis of classes are a binary model's one channel.
        long[] shape = info.Shape is [long count, long rows, long columns] ? [count, 1, rows, columns] : info.Shape;
        if (shape.Length != 4 || shape[0] != photos || shape.Any(side => side < 1))
        {
            throw new InvalidInputException(
                file,
                $"output '{output}' to be [{photos}, classes, height, width], [{photos}, height, width, classes] or [{photos}, height, width]",
                $"[{string.Join(", ", shape)}]");
        }

        bool last = layoutOf(shape) == TensorLayout.ChannelsLast;
        (int classes, int height, int width) = last
            ? ((int)shape[3], (int)shape[1], (int)shape[2])
            : ((int)shape[1], (int)shape[2], (int)shape[3]);
        var maps = new LogitMap[photos];
        int plane = checked(height * width);
        int length = checked(plane * classes);
        for (int i = 0; i < photos; i++)
        {
            // A binary model's one channel becomes the second of two classes.
            float[] values = rent(classes == 1 ? checked(2 * length) : length);
            Span<float> target = values.AsSpan(values.Length - length);
            if (last && classes > 1)
            {
                CopyTransposed(value, info.ElementDataType, checked(i * length), classes, target);
            }
            else
            {
                Copy(value, info.ElementDataType, checked(i * length), target);
            }

            ScoreKind given = classes == 1 ? ScoreConversion.AddOtherClass(values, kind, $"{file}: output '{output}'") : kind;
            maps[i] = ScoreConversion.ToLogits(values, Math.Max(classes, 2), height, width, given, $"{file}: output '{output}'", features[i]);
        }

        return maps;
    }

    public static FeatureMap[] ReadFeatures(OrtValue value, int photos, string file, string output, Func<long[], TensorLayout> layoutOf)
    {
        OrtTensorTypeAndShapeInfo info = value.GetTensorTypeAndShape();
        long[] shape = info.Shape;
        TensorLayout layout = shape.Length != 4 || shape[0] != photos || shape.Any(side => side < 1) ? TensorLayout.Auto : layoutOf(shape);
        if (layout == TensorLayout.Auto)
        {
            throw new InvalidInputException(
                file,
                $"'{output}' (FeatureOutputName, --dense-features) to be [{photos}, channels, height, width] or [{photos}, height, width, channels], "
                + "its planes in the proportions of the input's",
                $"[{string.Join(", ", shape)}]");
        }

        bool last = layout == TensorLayout.ChannelsLast;
        (int channels, int height, int width) = last
            ? ((int)shape[3], (int)shape[1], (int)shape[2])
            : ((int)shape[1], (int)shape[2], (int)shape[3]);

        var maps = new FeatureMap[photos];
        int length = checked((int)(info.ElementCount / photos));
        for (int i = 0; i < photos; i++)
        {
            float[] values = GC.AllocateUninitializedArray<float>(length);
            if (last)
            {
                CopyTransposed(value, info.ElementDataType, checked(i * length), channels, values);
            }
            else
            {
                Copy(value, info.ElementDataType, checked(i * length), values);
            }

            try
            {
                maps[i] = new FeatureMap(values, channels, height, width);
            }
            catch (InvalidInputException e)
            {
                throw new InvalidInputException($"{file}: output '{output}'", e);
            }
        }

        return maps;
    }

    /// <summary>From [pixels, classes] to [classes, pixels]: a tile of pixels at a time, which stays in the cache while its classes are gathered.</summary>
    private static void CopyTransposed(OrtValue value, TensorElementType type, int first, int classes, Span<float> values)
    {
        const int Tile = 64;
        int plane = values.Length / classes;
        Span<float> tile = new float[Tile * classes];
        for (int start = 0; start < plane; start += Tile)
        {
            int count = Math.Min(Tile, plane - start);
            Copy(value, type, first + (start * classes), tile[..(count * classes)]);
            for (int c = 0; c < classes; c++)
            {
                Span<float> row = values.Slice((c * plane) + start, count);
                for (int i = 0; i < count; i++)
                {
                    row[i] = tile[(i * classes) + c];
                }
            }
        }
    }

    private static void Copy(OrtValue value, TensorElementType type, int first, Span<float> values)
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
