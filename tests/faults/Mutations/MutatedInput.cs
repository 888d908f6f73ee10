using System.Text;

namespace SparseRefine.Faults;

/// <summary>One harmed file: everything about it follows from the seed and its number, so that a case can be run again by itself.</summary>
/// <param name="Kind">What it claims to be.</param>
/// <param name="Name">The whole file that it was made of.</param>
/// <param name="Bytes">Its content.</param>
internal sealed record MutatedInput(InputKind Kind, string Name, byte[] Bytes)
{
    // Native decoders and ONNX Runtime have the most to get wrong, so these have the larger shares.
    private static readonly (InputKind Kind, int Share)[] Shares =
    [
        (InputKind.Jpeg, 13), (InputKind.Png, 13), (InputKind.Webp, 9), (InputKind.Bmp, 5), (InputKind.Tiff, 10), (InputKind.LabelMap, 7), (InputKind.LabelColors, 7),
        (InputKind.Classes, 5), (InputKind.Onnx, 13), (InputKind.Model, 10), (InputKind.Weights, 4), (InputKind.Config, 4),
    ];

    /// <summary>The kind of a case: the shares hold in every hundred.</summary>
    public static InputKind KindOf(int number)
    {
        if (number < 0)
        {
            return Corpus.All[-1 - number].Kind;
        }

        int place = (number * 37) % 100; // mixes the kinds, so that a short run meets all
        foreach ((InputKind kind, int share) in Shares)
        {
            if (place < share)
            {
                return kind;
            }

            place -= share;
        }

        throw new InvalidOperationException("the shares are not 100");
    }

    /// <summary>Makes a case.</summary>
    /// <param name="folder">The corpus.</param>
    /// <param name="seed">Seed of the run.</param>
    /// <param name="number">The case, from 0; below 0 the corpus' whole files, -1 the first of <see cref="Corpus.All"/>.</param>
    public static MutatedInput Make(string folder, int seed, int number)
    {
        if (number < 0)
        {
            (InputKind wholeKind, string wholeName) = Corpus.All[-1 - number];
            return new MutatedInput(wholeKind, wholeName, File.ReadAllBytes(Path.Combine(folder, wholeName)));
        }

        Random random = new(unchecked((seed * 1_000_003) + number));
        InputKind kind = KindOf(number);
        string[] files = Corpus.Files(kind);
        string name = files[random.Next(files.Length)];
        byte[] whole = File.ReadAllBytes(Path.Combine(folder, name));
        return new MutatedInput(kind, name, random.Next(25) == 0 ? Foreign(folder, kind, random) : Mutate(kind, whole, random));
    }

    private static byte[] Mutate(InputKind kind, byte[] whole, Random random) => kind switch
    {
        InputKind.Model => ModelFileMutator.Mutate(whole, random),
        InputKind.Onnx when random.Next(4) > 0 => WireMutator.Mutate(whole, random),
        InputKind.Weights => WeightsMutator.Mutate(whole, random),
        InputKind.Config when random.Next(3) > 0 => Encoding.UTF8.GetBytes(JsonMutator.Mutate(Encoding.UTF8.GetString(whole), random)),
        InputKind.Classes or InputKind.Config or InputKind.Onnx => ByteMutator.Mutate(whole, random),
        _ => random.Next(2) == 0 ? PhotoMutator.Mutate(kind, whole, random) : ByteMutator.Mutate(whole, random),
    };

    // A whole file of another kind, an empty one, or noise.
    private static byte[] Foreign(string folder, InputKind kind, Random random)
    {
        InputKind other = (InputKind)random.Next(Enum.GetValues<InputKind>().Length);
        if (other != kind)
        {
            return File.ReadAllBytes(Path.Combine(folder, Corpus.Files(other)[0]));
        }

        byte[] noise = new byte[random.Next(2) * random.Next(5000)];
        random.NextBytes(noise);
        return noise;
    }
}
