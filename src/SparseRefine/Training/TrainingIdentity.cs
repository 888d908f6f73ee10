using System.Reflection;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization;
using SparseRefine.Images;
using SparseRefine.Layers;
using SparseRefine.Networks;

namespace SparseRefine.Training;

/// <summary>What decides the weights of a training: what is trained, the options, the starting weights, the photos.</summary>
/// <param name="Facts">Values by name.</param>
/// <param name="TrainingPhotos">Name and SHA-256 of each photo with its labels and logits.</param>
/// <param name="ValidationPhotos">The same.</param>
internal sealed record TrainingIdentity(
    IReadOnlyDictionary<string, string> Facts,
    IReadOnlyList<TrainingIdentity.Photo> TrainingPhotos,
    IReadOnlyList<TrainingIdentity.Photo> ValidationPhotos)
{
    private static readonly JsonSerializerOptions Json = new() { Converters = { new JsonStringEnumConverter() } };

    /// <summary>Every option but threads and cache, on which nothing depends.</summary>
    public static TrainingIdentity Of(
        string kind,
        TrainerOptions options,
        IReadOnlyList<Parameter> parameters,
        IEnumerable<(string Name, string Value)> facts,
        IReadOnlyList<Photo> training,
        IReadOnlyList<Photo> validation)
    {
        Dictionary<string, string> all = new(StringComparer.Ordinal) { ["what is trained"] = kind };
        foreach ((string name, string value) in facts)
        {
            all.Add(name, value);
        }

        // What an adapter's options add to the engine's, such as names of columns, decides no weight.
        Type type = options.GetType();
        while (type.Assembly != typeof(TrainerOptions).Assembly)
        {
            type = type.BaseType!;
        }

        foreach (PropertyInfo option in type.GetProperties())
        {
            if (option.Name is not (nameof(TrainerOptions.Threads) or nameof(TrainerOptions.CacheBytes)))
            {
                object? value = option.GetValue(options);
                all.Add(option.Name, value is FeatureSpec features
                    ? features.Describe()
                    : JsonSerializer.Serialize(value, option.PropertyType, Json).Trim('"'));
            }
        }

        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (Parameter parameter in parameters)
        {
            hash.AppendData(MemoryMarshal.AsBytes<float>(parameter.Value));
        }

        all.Add("starting weights", Convert.ToHexStringLower(hash.GetHashAndReset()));
        return new TrainingIdentity(all, training, validation);
    }

    /// <summary>The first thing in which a checkpoint's training differs from this one; null where there is none.</summary>
    /// <returns>What was expected and what came.</returns>
    public (string Expected, string Got)? Difference(TrainingIdentity other)
    {
        foreach (string name in Facts.Keys.Union(other.Facts.Keys))
        {
            string ours = Facts.GetValueOrDefault(name, "none");
            string theirs = other.Facts.GetValueOrDefault(name, "none");
            if (ours != theirs)
            {
                return ($"{name} {ours}", theirs);
            }
        }

        return Difference("training photo", TrainingPhotos, other.TrainingPhotos)
            ?? Difference("validation photo", ValidationPhotos, other.ValidationPhotos);
    }

    private static (string Expected, string Got)? Difference(string what, IReadOnlyList<Photo> ours, IReadOnlyList<Photo> theirs)
    {
        if (ours.Count != theirs.Count)
        {
            return ($"{ours.Count} {what}s", $"{theirs.Count}");
        }

        for (int i = 0; i < ours.Count; i++)
        {
            if (ours[i].Digest != theirs[i].Digest)
            {
                return (
                    $"{what} {i + 1} '{ours[i].Name}' with its labels and logits",
                    ours[i].Name == theirs[i].Name ? "other pixels, labels, logits or teacher" : $"'{theirs[i].Name}'");
            }
        }

        return null;
    }

    /// <summary>One photo. Only the digest is compared, so a folder may be moved.</summary>
    internal sealed record Photo(string Name, string Digest)
    {
        public static IReadOnlyList<Photo> Of<T>(IReadOnlyList<T> rows, Action<IncrementalHash, T> append)
            where T : ITrainingRow =>
            [.. ReadAhead.InOrder(rows).Select(row =>
            {
                using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
                append(hash, row);
                return new Photo(row.Name, Convert.ToHexStringLower(hash.GetHashAndReset()));
            })];

        public static void Append(IncrementalHash hash, LabelledImage photo)
        {
            Append(hash, [photo.Image.Height, photo.Image.Width, (int)photo.Image.Order]);
            hash.AppendData(photo.Image.Pixels);
            hash.AppendData(photo.Labels.Labels);
        }

        public static void Append(IncrementalHash hash, TrainingExample example)
        {
            Append(hash, (LabelledImage)example);
            foreach (LogitMap logits in example.AllLogits)
            {
                Append(hash, logits);
            }

            if (example.Teacher is TeacherMap teacher)
            {
                (byte[] first, ulong[] unsure, byte[] others) = teacher.Parts;
                Append(hash, [teacher.Classes, teacher.Height, teacher.Width, example.IsLabelled ? 1 : 0]);
                hash.AppendData(first);
                hash.AppendData(MemoryMarshal.AsBytes<ulong>(unsure));
                hash.AppendData(others);
            }
        }

        public static void Append(IncrementalHash hash, LogitMap logits)
        {
            Append(hash, [logits.Classes, logits.Height, logits.Width]);
            hash.AppendData(MemoryMarshal.AsBytes<float>(logits.Values));
            if (logits.Features is FeatureMap features)
            {
                Append(hash, [features.Channels, features.Height, features.Width]);
                hash.AppendData(MemoryMarshal.AsBytes<float>(features.Values));
            }
        }

        public static void Append(IncrementalHash hash, ReadOnlySpan<int> numbers) =>
            hash.AppendData(MemoryMarshal.AsBytes(numbers));
    }
}
