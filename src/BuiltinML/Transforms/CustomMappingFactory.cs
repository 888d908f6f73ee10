namespace Microsoft.ML.Transforms;

/// <summary>Makes a custom mapping's delegate after loading; derived classes are marked with <see cref="CustomMappingFactoryAttributeAttribute"/>.</summary>
/// <typeparam name="TSrc">Class of the columns that are read.</typeparam>
/// <typeparam name="TDst">Class of the columns that are added.</typeparam>
public abstract class CustomMappingFactory<TSrc, TDst> : ICustomMappingFactory
    where TSrc : class, new()
    where TDst : class, new()
{
    /// <summary>For derived factories.</summary>
    protected CustomMappingFactory()
    {
    }

    /// <summary>The delegate.</summary>
    public abstract Action<TSrc, TDst> GetMapping();

    ITransformer ICustomMappingFactory.Create(string contractName) => new CustomMappingTransformer<TSrc, TDst>(GetMapping(), contractName);
}
