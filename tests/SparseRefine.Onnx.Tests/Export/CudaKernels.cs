namespace SparseRefine.Onnx.Tests.Export;

/// <summary>
/// What ONNX Runtime's CUDA provider has kernels for, of the operators that graphs are made of, at operator set 17: from its list docs/OperatorKernels.md (the newest at hand, of 2026). Types are
/// those of the operator's type parameter; what stays in a processor's memory by design, such as shapes, is not among them.
/// </summary>
internal static class CudaKernels
{
    private const string Numbers = "float float16 double int32 int64 uint8";
    private const string Reals = "float float16 double";
    private const string Any = Numbers + " bool";
    private const string Comparable = "float float16 double int32 int64";

    private static readonly (string Operators, string Types)[] Table =
    [
        ("Abs Add Div Mul ReduceMin Sub", Numbers),
        ("And Not Or", "bool"),
        ("ArgMax ArgMin AveragePool BatchNormalization Conv ConvTranspose Cos Einsum Erf Exp Floor Gemm GlobalAveragePool", Reals),
        ("HardSigmoid InstanceNormalization LayerNormalization LeakyRelu Log MatMul Reciprocal Relu Round Sigmoid Sin Softmax Sqrt Tanh", Reals),
        ("Cast", Any + " uint64"),
        ("Clip", "float float16 double int64 uint8"),
        ("Concat ConstantOfShape Expand Flatten Gather GatherElements Identity Loop Reshape ScatterElements ScatterND Shape Slice Split Squeeze Transpose Unsqueeze", Any),
        ("Equal", Comparable + " bool"),
        ("GatherND", "float float16 double int64 bool"),
        ("Greater GreaterOrEqual Less LessOrEqual Max Min Mod Pow ReduceMax ReduceSum Tile TopK", Comparable),
        ("GridSample", "float"),
        ("MaxPool", Reals + " uint8"),
        ("Neg", "float float16 double int32 int64"),
        ("NonZero", "float float16 int32 int64 uint8 bool"),
        ("Pad", Reals + " bool"),
        ("Range", "float double int32 int64"),
        ("ReduceMean", Reals + " int32"),
        ("Resize", Reals + " int32 uint8"),
        ("Where", "float float16 double int32 int64 uint8"),
    ];

    private static readonly Dictionary<string, string> Types =
        Table.SelectMany(row => row.Operators.Split(' ').Select(name => (name, row.Types))).ToDictionary(row => row.name, row => row.Types);

    /// <summary>Whether the provider runs an operator on values of a type.</summary>
    public static bool Has(string operation, string type) => Types.TryGetValue(operation, out string? types) && types.Split(' ').Contains(type);

    /// <summary>The input that an operator's type parameter is of.</summary>
    public static int TypedInput(string operation) => operation == "Where" ? 1 : 0;
}
