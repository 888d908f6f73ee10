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

    private static readonly Dictionary<string, string> Types = new()
    {
        ["Abs"] = Numbers, ["Add"] = Numbers, ["And"] = "bool", ["ArgMax"] = Reals, ["ArgMin"] = Reals, ["AveragePool"] = Reals, ["BatchNormalization"] = Reals, ["Cast"] = Any + " uint64",
        ["Clip"] = "float float16 double int64 uint8", ["Concat"] = Any, ["ConstantOfShape"] = Any, ["Conv"] = Reals, ["ConvTranspose"] = Reals, ["Cos"] = Reals, ["Div"] = Numbers,
        ["Einsum"] = Reals, ["Equal"] = Comparable + " bool", ["Erf"] = Reals, ["Exp"] = Reals, ["Expand"] = Any, ["Flatten"] = Any, ["Floor"] = Reals, ["Gather"] = Any,
        ["GatherElements"] = Any, ["GatherND"] = "float float16 double int64 bool", ["Gemm"] = Reals, ["GlobalAveragePool"] = Reals, ["Greater"] = Comparable,
        ["GreaterOrEqual"] = Comparable, ["GridSample"] = "float", ["HardSigmoid"] = Reals, ["Identity"] = Any, ["InstanceNormalization"] = Reals, ["LayerNormalization"] = Reals,
        ["LeakyRelu"] = Reals, ["Less"] = Comparable, ["LessOrEqual"] = Comparable, ["Log"] = Reals, ["Loop"] = Any, ["MatMul"] = Reals, ["Max"] = Comparable, ["MaxPool"] = Reals + " uint8",
        ["Min"] = Comparable, ["Mod"] = Comparable, ["Mul"] = Numbers, ["Neg"] = "float float16 double int32 int64", ["NonZero"] = "float float16 int32 int64 uint8 bool", ["Not"] = "bool",
        ["Or"] = "bool", ["Pad"] = Reals + " bool", ["Pow"] = Comparable, ["Range"] = "float double int32 int64", ["Reciprocal"] = Reals, ["ReduceMax"] = Comparable,
        ["ReduceMean"] = Reals + " int32", ["ReduceMin"] = Numbers, ["ReduceSum"] = Comparable, ["Relu"] = Reals, ["Reshape"] = Any, ["Resize"] = Reals + " int32 uint8", ["Round"] = Reals,
        ["ScatterElements"] = Any, ["ScatterND"] = Any, ["Shape"] = Any, ["Sigmoid"] = Reals, ["Sin"] = Reals, ["Slice"] = Any, ["Softmax"] = Reals, ["Split"] = Any, ["Sqrt"] = Reals,
        ["Squeeze"] = Any, ["Sub"] = Numbers, ["Tanh"] = Reals, ["Tile"] = Comparable, ["TopK"] = Comparable, ["Transpose"] = Any, ["Unsqueeze"] = Any,
        ["Where"] = "float float16 double int32 int64 uint8",
    };

    /// <summary>Whether the provider runs an operator on values of a type.</summary>
    public static bool Has(string operation, string type) => Types.TryGetValue(operation, out string? types) && types.Split(' ').Contains(type);

    /// <summary>The input that an operator's type parameter is of.</summary>
    public static int TypedInput(string operation) => operation == "Where" ? 1 : 0;
}
