namespace Microsoft.ML.Runtime;

/// <summary>What kind of data a message may show.</summary>
[Flags]
public enum MessageSensitivity
{
    /// <summary>Nothing sensitive.</summary>
    None = 0,

    /// <summary>Values of rows.</summary>
    UserData = 0x1,

    /// <summary>Names and types of columns.</summary>
    Schema = 0x2,

    /// <summary>Not known, so everything.</summary>
    Unknown = ~0,

    /// <summary>Everything.</summary>
    All = ~0,
}
