using System.Buffers.Binary;
using System.Text;

namespace SparseRefine.MLNet;

/// <summary>The names in the header of a model in ML.NET's own format (<c>Microsoft.ML.ModelHeader</c>: 256 bytes, little-endian, then the model, its strings and its assembly's name).</summary>
/// <param name="Signatures">What ML.NET finds the loader by; at most two.</param>
/// <param name="Assembly">The loader's assembly; empty where none is named.</param>
/// <param name="ContractAssembly">The assembly of a custom mapping's factory; null where the model is none.</param>
internal sealed record NativeModelHeader(IReadOnlyList<string> Signatures, string Assembly, string? ContractAssembly)
{
    private const int Size = 256;
    private const int ModelStart = 0x10;
    private const int StringTableStart = 0x20;
    private const int StringTableBytes = 0x28;
    private const int StringCharsStart = 0x30;
    private const int FirstSignature = 0x50;
    private const int SignatureBytes = 24;
    private const int AssemblyStart = 0x90;
    private const int AssemblyBytes = 0x98;
    private const string CustomMapping = "CustomTransformer";

    /// <summary>The assemblies of the packages Microsoft.ML and Microsoft.ML.ImageAnalytics whose transformers stand in pipelines of images.</summary>
    public static readonly IReadOnlySet<string> Assemblies = new HashSet<string>(StringComparer.Ordinal)
    {
        "Microsoft.ML.Data", "Microsoft.ML.ImageAnalytics", "Microsoft.ML.StandardTrainers", "Microsoft.ML.Transforms",
    };

    /// <summary>
    /// Loaders that only compute on rows. Those that open files, databases or the network by names in the model (loaders of data, word embeddings) and the compiler of
    /// expressions are not among them; loading images by the rows' paths is.
    /// </summary>
    public static readonly IReadOnlySet<string> KnownSignatures = new HashSet<string>(StringComparer.Ordinal)
    {
        "TransformerChain", "ConcatTransform", "CopyTransform", "SelectColumnsTransform", "HashTransform", "KeyToValueTransform", "KeyToVectorTransform",
        "Normalizer", "DropSlotsTransform", "ConvertTransform", "ValueMappingTransformer", "TermTransform", "FeatureContribution", "FCCBindable",
        "PlattCaliExec", "PAVCaliExec", "NaiveCaliExec", "CaliPredExec", "BulkCaliPredExec", "FeatWCaliPredExec", "PMixCaliPredExec", "SchemaBindableCalibrated",
        "PlattCalibratTransf", "NaiveCalibratTransf", "PavCalibratTransf", "LabelSlotNameMapper", "BinaryPredXfer", "MulticlassPredXfer", "RegressionPredXfer",
        "RankingPredXfer", "AnomalyPredXfer", "ClusteringPredXfer", "SchemaBindableWrapper", "QuantileSchemaBindable", "BinarySchemaBindable",
        "ImageGrayscaleTransform", "ImageLoaderTransform", "ImagePixelExtractor", "ImageScalerTransform", "VectorToImageConverter",
        "FieldAwareFactMacPredict", "FAFMPredXfer", "LDSVMBinaryPredictor", "Linear2CExec", "LinearRegressionExec", "PoissonRegressionExec", "MultiClassLRExec",
        "MulticlassLinear", "LinearModelStats", "ModelStats", "MultiClassNaiveBayesPred", "OVAExec", "PKPDExec", "RandomPredictor", "PriorPredictor",
        "CMCountTable", "CountTableTransform", "CountTargetEncode", "DictCountTable", "CountTargetEncoder", "ParallelMultiCountTable", "SharedMultiCountTable",
        "GaussianSamplerExecutor", "RandGaussFourierExec", "LaplacianSamplerExecutor", "RandLaplacianFourierExec", "RffTransform", "GcnTransform",
        "KeyToBinaryTransform", CustomMapping, "NADropTransform", "NaIndicatorTransform", "NAReplaceTransform", "NgramHashTransform", "NgramTransform",
        "StopWordsTransform", "CustomStopWords", "TextTransform", "Text", "TextNormalizerTransform", "CharToken", "TextExpandTransform", "TokenizeTextTransform",
    };

    /// <summary>What a model begins with.</summary>
    public static ReadOnlySpan<byte> Magic => "ML\0MODEL"u8;

    /// <summary>Reads a header.</summary>
    /// <param name="model">The bytes from the header on; more may follow.</param>
    /// <exception cref="ArgumentException">Places that lie outside the bytes.</exception>
    /// <exception cref="OverflowException">Places that no array has.</exception>
    public static NativeModelHeader Read(ReadOnlySpan<byte> model)
    {
        string[] signatures = [.. new[] { Signature(model[FirstSignature..Size]), Signature(model[(FirstSignature + SignatureBytes)..Size]) }.Where(text => text.Length > 0)];
        string assembly = Text(model, Long(model, AssemblyStart), BinaryPrimitives.ReadInt32LittleEndian(model[AssemblyBytes..]));
        return new(signatures, assembly, signatures.Contains(CustomMapping) ? ContractAssemblyOf(model) : null);
    }

    private static string Signature(ReadOnlySpan<byte> field) => Encoding.ASCII.GetString(field[..SignatureBytes].TrimEnd((byte)0));

    // A custom mapping is two numbers of strings: the contract's name, and its assembly.
    private static string ContractAssemblyOf(ReadOnlySpan<byte> model)
    {
        int start = Long(model, ModelStart);
        int index = BinaryPrimitives.ReadInt32LittleEndian(model[(start + sizeof(int))..]);
        int table = Long(model, StringTableStart);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)index, (uint)(Long(model, StringTableBytes) / sizeof(long)));
        int first = index == 0 ? 0 : Long(model, table + ((index - 1) * sizeof(long)));
        int end = Long(model, table + (index * sizeof(long)));
        return Text(model, Long(model, StringCharsStart) + first, end - first);
    }

    private static int Long(ReadOnlySpan<byte> model, int at) => checked((int)BinaryPrimitives.ReadInt64LittleEndian(model[at..]));

    private static string Text(ReadOnlySpan<byte> model, int start, int bytes) => bytes == 0 ? "" : Encoding.Unicode.GetString(model.Slice(start, bytes));
}
